// Debian's Chromium, and what every visit must keep to: no error on the console, no request to anybody else.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { NOW } from "./desk.js";

const axe = createRequire(import.meta.url)("axe-core");
const screenshots = new URL("../screenshots", import.meta.url).pathname;

export const PHONE = { name: "phone", viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const DESKTOP = { name: "desktop", viewport: { width: 1280, height: 800 } };

let launched;

function browser() {
  launched ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return launched;
}

export async function closeBrowser() {
  await (await launched)?.close();
}

/** One person's browser: its tabs share cookies and storage. */
export class Visit {
  #desk;
  #form;
  #context;
  #complaints = [];
  #expected = [];

  /** `form` is PHONE or DESKTOP; `scheme` light or dark. */
  static async begin(desk, { form = DESKTOP, scheme = "light", timezone = "UTC", motion = "no-preference" } = {}) {
    const visit = new Visit();
    visit.#desk = desk;
    visit.#form = `${form.name}-${scheme}`;
    const { name, ...device } = form;
    visit.#context = await (await browser()).newContext({
      ...device,
      baseURL: desk.url,
      colorScheme: scheme,
      locale: "en-GB",
      timezoneId: timezone,
      reducedMotion: motion,
      acceptDownloads: true,
    });
    visit.#context.setDefaultTimeout(20_000);
    return visit;
  }

  get context() {
    return this.#context;
  }

  /** Trouble that the test causes itself, as Chromium words it on the console. */
  expect(...words) {
    this.#expected.push(...words);
  }

  /** A new tab whose clock shows the program's time. */
  async tab() {
    const page = await this.#context.newPage();
    await page.clock.install({ time: NOW });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) this.#complain(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.#complain(`exception: ${error}`));
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== "data:" && origin !== this.#desk.url) this.#complain(`request: ${request.url()}`);
    });
    return page;
  }

  #complain(what) {
    if (!this.#expected.some((words) => what.includes(words))) this.#complaints.push(what);
  }

  /** Looks at the page as it is now: no violation of WCAG that axe can see, nothing wider than the window. */
  async inspect(page, name) {
    // A person does not look while things still move.
    await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => {}))));
    await mkdir(screenshots, { recursive: true });
    await page.screenshot({ path: join(screenshots, `${name}-${this.#form}.png`) });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" | ")}`);
    assert.deepEqual(found, [], `axe on ${name}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name} is ${overflow} px wider than the window`);
  }

  async end() {
    await this.#context.close();
    assert.deepEqual(this.#complaints, []);
  }
}
