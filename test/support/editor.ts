// Drives VS Code's page as a user would: opens it on the samples, runs commands, reads panel, messages and settings.
// It must not know what a flow wants to show.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { workbenchAddress } from "../../scripts/host/address.mjs";
import { developIn, launchBrowser, whenReady } from "../../scripts/host/page.mjs";
import { hostFolder } from "../../scripts/host/places.mjs";
import { startServer, userSettingsFile } from "../../scripts/host/server.mjs";
import { repositoryFolder } from "./check.ts";

export interface EditorOptions {
  /** Whether VS Code asks before it trusts the workspace; false when left out. */
  readonly workspaceTrust?: boolean;
  /** User settings at the start. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

type Theme = "Default Dark Modern" | "Default Light Modern" | "Default High Contrast";
const VIEWPORT = { width: 1440, height: 900 };
const WAIT_MS = 30_000;

/** VS Code with this extension, on a copy of samples/. One browser, one page. */
export class Editor {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Awaited<ReturnType<typeof startServer>>,
    private readonly folder: string,
  ) {}

  static async open(options: EditorOptions = {}): Promise<Editor> {
    const folder = mkdtempSync(path.join(tmpdir(), "laser-editor-"));
    const workspace = path.join(folder, "samples");
    cpSync(path.join(repositoryFolder, "samples"), workspace, { recursive: true });
    const server = await startServer(
      {
        folder: hostFolder(),
        userDataDir: path.join(folder, "user"),
        extensionsDir: path.join(folder, "extensions"),
      },
      {
        workspaceTrust: options.workspaceTrust ?? false,
        connectionToken: false,
        settings: options.settings ?? {},
      },
    );
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: VIEWPORT });
    page.setDefaultTimeout(WAIT_MS);
    const editor = new Editor(page, browser, server, folder);
    try {
      await developIn(page, server.port, { extensions: [repositoryFolder], testsPath: null });
      await page.goto(workbenchAddress(server, workspace));
      await whenReady(page);
    } catch (error) {
      await editor.close();
      throw error;
    }
    return editor;
  }

  /** Ends page, server and all it started, and removes the workspace. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async openFile(name: string): Promise<void> {
    await this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).dblclick();
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  /** Runs a command by its title, e.g. "LASER: Generate", from the palette. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input[type=text]").fill(`>${title}`);
    // The list may still show rows of an earlier word: the row itself is chosen, not whatever Enter would take.
    await this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`).first().click();
  }

  /** The notification that holds a text. */
  message(text: string | RegExp): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text });
  }

  /** The inside of the side panel's page, once Generate has shown it. */
  panel(): Promise<FrameLocator> {
    return this.webview("laser-panel");
  }

  async openSettingsEditor(): Promise<FrameLocator> {
    await this.runCommand("LASER: Open Settings Editor");
    return this.webview("laser-settings");
  }

  /** What the user's settings.json holds now. */
  userSettings(): Readonly<Record<string, unknown>> {
    const file = userSettingsFile(path.join(this.folder, "user"));
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  }

  /** The one trace that was kept. */
  trace(): string {
    const traces = path.join(
      this.folder,
      "user",
      "User",
      "globalStorage",
      "laser-inspector.laser-inspector",
      "traces",
    );
    const files = existsSync(traces)
      ? readdirSync(traces).filter((name) => name.endsWith(".lasertrace"))
      : [];
    const [file] = files;
    if (file === undefined || files.length > 1) throw new Error(`${files.length} traces in ${traces}`);
    return readFileSync(path.join(traces, file), "utf8");
  }

  /** Processes of this very editor whose command line holds `part`, e.g. "dist/worker.mjs". */
  processesOf(part: string): number[] {
    const list = execFileSync("ps", ["-eo", "pid=,pgid=,args="], { encoding: "utf8" });
    return list.split("\n").flatMap((line) => {
      const [pid, group, ...command] = line.trim().split(/\s+/);
      const isOurs = Number(group) === this.server.groupId && command.join(" ").includes(part);
      return isOurs ? [Number(pid)] : [];
    });
  }

  async useTheme(theme: Theme): Promise<void> {
    await this.runCommand("Preferences: Color Theme");
    await this.page.locator(".quick-input-widget input[type=text]").fill(theme.replace(/^Default /, ""));
    await this.page.keyboard.press("Enter");
  }

  /** Writes media/<name>.png when UPDATE_SCREENSHOTS=1, else nothing. */
  async screenshot(name: string): Promise<void> {
    if (process.env.UPDATE_SCREENSHOTS !== "1") return;
    const media = path.join(repositoryFolder, "media");
    mkdirSync(media, { recursive: true });
    // A pointer that rests on a button shows its tooltip.
    await this.page.mouse.move(VIEWPORT.width - 200, VIEWPORT.height - 150);
    await this.page.locator(".workbench-hover").waitFor({ state: "hidden" });
    await this.page.screenshot({ path: path.join(media, `${name}.png`) });
  }

  private async webview(element: string): Promise<FrameLocator> {
    const deadline = Date.now() + WAIT_MS;
    for (;;) {
      const found = await this.webviewWith(element);
      if (found !== null) return found;
      if (Date.now() > deadline) throw new Error(`no webview shows <${element}>`);
      await this.page.locator("iframe.webview.ready").first().waitFor();
      await this.page.evaluate("new Promise((resolve) => requestAnimationFrame(resolve))");
    }
  }

  /** The webview whose page holds an element, e.g. "laser-panel"; null while none does. */
  private async webviewWith(element: string): Promise<FrameLocator | null> {
    for (const frame of await this.page.locator("iframe.webview.ready").all()) {
      const inside = frame.contentFrame().frameLocator("iframe#active-frame");
      if ((await inside.locator(element).count()) > 0) return inside;
    }
    return null;
  }
}
