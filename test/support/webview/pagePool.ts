// Pages of one context that are used again: a new one starts a renderer process and compiles all scripts, which takes three
// times the processor time of a navigation.
import type { BrowserContext, CDPSession, Page } from "playwright-core";

export interface PooledPage {
  readonly page: Page;
  /** What it reported since it was taken: errors, and violations of its policy. */
  failures: string[];
  sessions: CDPSession[];
}

export class PagePool {
  private readonly idle: PooledPage[] = [];

  constructor(
    private readonly context: BrowserContext,
    /** What runs in each document before its own scripts. */
    private readonly initScripts: readonly (string | (() => void))[],
  ) {}

  /** A page as if new, in front of the others: a page behind another draws nothing. It still shows what it last showed. */
  async take(size: { width: number; height: number }): Promise<PooledPage> {
    const pooled = this.idle.pop() ?? (await this.create());
    const { page } = pooled;
    pooled.failures = [];
    await page.bringToFront();
    // A test that fails between a press and its release leaves it to the next one.
    for (const key of ["Shift", "Control", "Alt", "Meta"]) await page.keyboard.up(key);
    await page.mouse.up();
    await page.setViewportSize(size);
    await page.emulateMedia({
      media: null,
      reducedMotion: "reduce",
      colorScheme: "light",
      forcedColors: "none",
    });
    // Outside, so that nothing in the next document is hovered.
    await page.mouse.move(-1, -1);
    return pooled;
  }

  /** A session of the browser's protocol: what it enables on the page ends when that is released. */
  async session({ page, sessions }: PooledPage): Promise<CDPSession> {
    const session = await this.context.newCDPSession(page);
    sessions.push(session);
    return session;
  }

  /** Returns a page that may be taken again. One that failed is closed: it may be in any state. */
  async release(pooled: PooledPage): Promise<void> {
    for (const session of pooled.sessions.splice(0)) await session.detach();
    if (pooled.failures.length === 0 && !pooled.page.isClosed()) this.idle.push(pooled);
    else await pooled.page.close();
  }

  private async create(): Promise<PooledPage> {
    const page = await this.context.newPage();
    const pooled: PooledPage = { page, failures: [], sessions: [] };
    page.on("pageerror", (error) => pooled.failures.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") pooled.failures.push(message.text());
    });
    await page.exposeFunction("reportViolation", (text: string) => pooled.failures.push(text));
    for (const script of this.initScripts) await page.addInitScript(script);
    return pooled;
  }
}
