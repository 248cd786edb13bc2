// A webview without an editor: the built page under its own policy, served on loopback, with a host that keeps what
// the page says and can speak to it. Fails on its own when the page breaks its policy.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type CDPSession,
  type Page,
} from "playwright-core";
import { pageHtml, type PageParts } from "../../../extension/host/html.ts";
import { findChromium } from "../../../scripts/host/chromium.mjs";
import { connectToBrowser, KNOWN_NAMES, PAGE_BROWSER_ARGUMENTS } from "../../../scripts/host/page.mjs";
import { repositoryFolder } from "../check.ts";
import { contributedColours } from "./contributedColours.ts";
import { PagePool } from "./pagePool.ts";
import { patient } from "../patience.ts";
import { THEME_KINDS, THEMES, type ThemeKind } from "./themes.ts";

export type PageName = "panel" | "settings" | "trace" | "compare" | "table" | "model";

/** A page that only tests have: its script and style sheet are in their own folder, as name.js and name.css. */
export interface FixturePage {
  readonly name: string;
  readonly root: string;
  readonly folder: string;
}

/** What the page asked of its host, and how to answer. */
export interface WebviewPage {
  readonly page: Page;
  /** Posts a message as the extension would, and waits until the page has drawn it. */
  send(...messages: readonly object[]): Promise<void>;
  /** A session of the browser's protocol, which ends with the page. */
  session(): Promise<CDPSession>;
  /** What the page has posted since it was opened or reloaded. */
  sent(): Promise<unknown[]>;
  reload(): Promise<void>;
  theme(kind: ThemeKind): Promise<void>;
  /** Violations as axe words them; empty = none. */
  axe(): Promise<string[]>;
  /**
   * Those of every rule in the dark theme, and those of colours in the three others. Of the colours `part` of the page is
   * enough if another test looks at the rest. Leaves the page dark.
   */
  axeInThemes(part?: string): Promise<string[]>;
  /** Closes the page, once. @throws if it broke its policy or threw. */
  close(): Promise<void>;
}

/** Elements that the entries put into the page. */
const ROOTS: Readonly<Record<PageName, string>> = {
  panel: "laser-panel",
  settings: "laser-settings",
  trace: "laser-trace",
  compare: "laser-compare",
  table: "laser-table",
  model: "laser-model",
};

/** A browser and a server for the pages of one test file. Call `close` at its end. */
export class WebviewBench {
  private opened = 0;

  private constructor(
    private readonly browser: Browser,
    private readonly pool: PagePool,
    private readonly server: Server,
  ) {}

  /**
   * @param fixture a page beside those that are built
   * @param language of the pages; English if omitted
   */
  static async open(
    fixture: FixturePage | null = null,
    language?: PageParts["language"],
  ): Promise<WebviewBench> {
    checkBuilt();
    const browser = await openBrowser();
    const server = createServer(({ url = "/" }, response) => {
      const { status, type, body } = resource(url, serverOrigin(server), fixture, language);
      response.writeHead(status, { "content-type": type, "cache-control": "max-age=600" }).end(body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const context = await openContext(browser, { reducedMotion: "reduce" });
    const pool = new PagePool(context, [fakeHost]);
    return new WebviewBench(browser, pool, server);
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Opens a page with its own state. Width and height in CSS pixels: 300 × 800 is a narrow side bar. */
  page(name: PageName, size = { width: 300, height: 800 }): Promise<WebviewPage> {
    return this.pageOf(name, ROOTS[name], size);
  }

  /** A page that was passed to `open`. */
  fixture({ name, root }: FixturePage, size: { width: number; height: number }): Promise<WebviewPage> {
    return this.pageOf(name, root, size);
  }

  private async pageOf(
    name: string,
    root: string,
    size: { width: number; height: number },
  ): Promise<WebviewPage> {
    const pooled = await this.pool.take(size);
    const { page } = pooled;
    const address = `${serverOrigin(this.server)}/${name}.html?${++this.opened}`;
    let theme: ThemeKind = "dark";
    const applyTheme = (): Promise<void> =>
      page.evaluate(setTheme, {
        kind: theme,
        variables: Object.entries({ ...THEMES[theme], ...contributedColours(theme) }),
      });
    const open = async (): Promise<void> => {
      await page.goto(address);
      await page
        .waitForSelector(root, { state: "attached", timeout: patient(10_000) })
        .catch((error: unknown) => assert.fail([String(error), ...pooled.failures].join("\n")));
      await applyTheme();
      // An editor sets its fonts before a page begins. Chromium evaluates conditions on a container again when its layout
      // changes, not when its text does.
      await page.evaluate(() => {
        document.body.style.setProperty("display", "none");
        document.body.getBoundingClientRect();
        document.body.style.removeProperty("display");
      });
    };
    await open();
    let isClosed = false;
    const changeTheme = (kind: ThemeKind): Promise<void> => {
      theme = kind;
      return applyTheme();
    };
    return {
      page,
      send: (...messages) => page.evaluate(postAll, { messages, root }),
      sent: () => page.evaluate(() => (window as unknown as FakeWindow).sentMessages),
      session: () => this.pool.session(pooled),
      reload: open,
      theme: changeTheme,
      axe: () => axe(page),
      axeInThemes: async (part) => {
        const found: string[] = [];
        for (const kind of THEME_KINDS.toReversed()) {
          await changeTheme(kind);
          const isAll = kind === "dark" && part === undefined;
          const violations = await axe(page, isAll ? "all" : "colours", part);
          if (kind === "dark" && !isAll) violations.push(...(await axe(page, "others")));
          found.push(...violations.map((violation) => `${kind}: ${violation}`));
        }
        return found;
      },
      close: async () => {
        // Released twice, a page would be taken by two tests.
        if (isClosed) return;
        isClosed = true;
        await this.pool.release(pooled);
        assert.deepEqual(pooled.failures, [], "the page broke its policy or threw");
      },
    };
  }
}

interface FakeWindow {
  sentMessages: unknown[];
}

/**
 * Runs in the page before its own script: the editor's function, with state that outlives a reload, and ends where the page
 * is opened again under another number.
 */
function fakeHost(): void {
  if (sessionStorage.getItem("opened") !== location.search) sessionStorage.clear();
  sessionStorage.setItem("opened", location.search);
  const sentMessages: unknown[] = [];
  Object.assign(window, {
    sentMessages,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => sentMessages.push(structuredClone(message)),
      getState: (): unknown => JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined,
      setState: (state: unknown) => {
        sessionStorage.setItem("state", JSON.stringify(state));
      },
    }),
  });
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
    const report = (window as unknown as { reportViolation: (text: string) => void }).reportViolation;
    report(`policy: ${violatedDirective} ${blockedURI} ${sample}`);
  });
}

function setTheme({
  kind,
  variables,
}: {
  kind: string;
  variables: readonly (readonly [string, string])[];
}): void {
  const { style } = document.documentElement;
  for (const name of Array.from(style)) style.removeProperty(name);
  for (const [name, value] of variables) style.setProperty(`--vscode-${name}`, value);
  style.setProperty("background-color", "var(--vscode-sideBar-background)");
  document.body.className = kind.startsWith("high-contrast") ? "vscode-high-contrast" : `vscode-${kind}`;
  if (kind === "high-contrast-light") document.body.classList.add("vscode-high-contrast-light");
  document.body.dataset.vscodeThemeKind = `vscode-${kind}`;
}

async function postAll({ messages, root }: { messages: readonly object[]; root: string }): Promise<void> {
  for (const message of messages) {
    const received = new Promise((resolve) => {
      window.addEventListener("message", resolve, { once: true });
    });
    window.postMessage(message, "*");
    await received;
  }
  await (document.querySelector(root) as unknown as { readonly updateComplete: Promise<unknown> })
    .updateComplete;
}

/** axe's rules of colours, except for that of the strictest level, which is off by default. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const AXE_OPTIONS = {
  all: {},
  colours: { runOnly: COLOUR_RULES },
  others: { rules: Object.fromEntries(COLOUR_RULES.map((rule) => [rule, { enabled: false }])) },
};

/**
 * Violations on any page, as axe words them; empty = none. Only rules of colours can find more in another theme: names, roles
 * and order are the same in each.
 */
export async function axe(
  page: Page,
  rules: "all" | "colours" | "others" = "all",
  part = "html",
): Promise<string[]> {
  // Sent once per document: sending and compiling half a megabyte takes as long as a scan.
  if (!(await page.evaluate("typeof globalThis.newAxe === 'function'"))) {
    const source = readFileSync(path.join(repositoryFolder, "node_modules/axe-core/axe.min.js"), "utf8");
    await page.evaluate(`globalThis.newAxe = () => {${source}\n}; null`);
  }
  // Made again each time: what it found out about one theme would affect the next.
  await page.evaluate("globalThis.newAxe(); null");
  // Form controls take over a theme in the frame after it.
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  });
  return page.evaluate(
    async ({ part, options }) => {
      interface Result {
        readonly id: string;
        readonly help: string;
        readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
      }
      const runner = window as unknown as {
        axe: { run(part: string, options: object): Promise<{ violations: readonly Result[] }> };
      };
      const { violations } = await runner.axe.run(part, { resultTypes: ["violations"], ...options });
      return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 160)} (${failureSummary})`),
      );
    },
    { part, options: AXE_OPTIONS[rules] },
  );
}

function serverOrigin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function resource(
  url: string,
  origin: string,
  fixture: FixturePage | null,
  language?: PageParts["language"],
): { status: number; type: string; body: string } {
  const [, asked = "", ending = ""] = /^\/(\w+)\.(html|js|css)(?:\?\d+)?$/.exec(url) ?? [];
  const isKnown = Object.hasOwn(ROOTS, asked) || asked === fixture?.name;
  const [name, extension] = isKnown ? [asked, ending] : ["", ""];
  const folder = fixture?.name === name ? fixture.folder : builtFolder;
  if (extension === "html") {
    const html = pageHtml({
      title: "LASER Inspector",
      cspSource: origin,
      nonce: "n0nce",
      scriptUri: `${origin}/${name}.js`,
      styleUri: `${origin}/${name}.css`,
      ...(language !== undefined && { language }),
    });
    return { status: 200, type: "text/html; charset=utf-8", body: html };
  }
  if (extension === "") return { status: url === "/favicon.ico" ? 204 : 404, type: "text/plain", body: "" };
  const body = readFileSync(path.join(folder, `${name}.${extension}`), "utf8");
  return { status: 200, type: extension === "js" ? "text/javascript" : "text/css", body };
}

const builtFolder = path.join(repositoryFolder, "dist", "webview");

/** A bundle older than its source would show something else than the source says. */
function checkBuilt(): void {
  const built = path.join(builtFolder, "panel.js");
  const hint = "run `npm run build` before the webview tests";
  assert.ok(existsSync(built), `dist/webview/panel.js is missing: ${hint}`);
  const builtMs = statSync(built).mtimeMs;
  for (const entry of readdirSync(path.join(repositoryFolder, "webview"), {
    recursive: true,
    withFileTypes: true,
  })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && statSync(file).mtimeMs > builtMs)
      assert.fail(`${entry.name} is newer than the bundle: ${hint}`);
  }
}

/** The browser that all files share, or a separate one without a lane. Closing the former only disconnects from it. */
export function openBrowser(): Promise<Browser> {
  return (
    connectToBrowser() ?? chromium.launch({ executablePath: chromiumPath(), args: PAGE_BROWSER_ARGUMENTS })
  );
}

/** Pages of a separate context, whose waits are patient. */
export async function openContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(patient(30_000));
  await context.addInitScript(KNOWN_NAMES);
  return context;
}

export function chromiumPath(): string {
  return findChromium() ?? assert.fail("no Chromium was found: install one, or name one in LASER_CHROMIUM");
}
