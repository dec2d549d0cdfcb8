// All tests in one process, one after the other: two cores are soon busy with one browser and one program.
// `node main.js tests/trouble.js` runs one file.

import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { after } from "node:test";
import { closeBrowser } from "./support/browser.js";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const chosen = process.argv.slice(2);
const files = chosen.length ? chosen : (await readdir(resolve(here, "tests"))).sort().map((name) => `tests/${name}`);

after(closeBrowser);
for (const file of files) {
  await import(resolve(here, file));
}
