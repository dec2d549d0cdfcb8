// The real program, on a free port, with a directory of its own, its clock at a Monday morning.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export const NOW = "2026-11-23T10:20:00Z";

const root = resolve(new URL("../../../../..", import.meta.url).pathname);
const program = process.env.FRONTDESK_BIN ?? join(root, "target/debug/frontdesk");

export class Desk {
  #child;
  #directory;
  #settings;
  #port = 0;

  /** Starts the program; `settings` are more environment variables. */
  static async start(settings = {}) {
    const desk = new Desk();
    desk.#directory = await mkdtemp(join(tmpdir(), "frontdesk-browser-"));
    desk.#settings = settings;
    await desk.resume();
    return desk;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it (again), on the port it had. */
  async resume() {
    this.#child = spawn(program, ["serve"], {
      env: {
        PATH: process.env.PATH,
        DATA_DIR: this.#directory,
        FRONTDESK_NOW: NOW,
        LISTEN_ADDR: `127.0.0.1:${this.#port}`,
        RUST_LOG: "warn",
        RATE_LIMIT_AUTH: "0",
        RATE_LIMIT_CHAT: "0",
        ...this.#settings,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = new Promise((_, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", (code) => reject(new Error(`frontdesk serve ended with ${code}`)));
    });
    exited.catch(() => {});
    const listens = (async () => {
      for await (const line of createInterface({ input: this.#child.stdout })) {
        const port = line.match(/listens on http:\/\/127\.0\.0\.1:(\d+)/)?.[1];
        if (port) return Number(port);
      }
      throw new Error("frontdesk serve did not say where it listens");
    })();
    this.#port = await Promise.race([listens, exited]);
  }

  /** Ends it as a power cut would. */
  async kill() {
    const ended = new Promise((done) => this.#child.once("exit", done));
    this.#child.kill("SIGKILL");
    await ended;
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.kill();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
