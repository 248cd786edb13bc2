// Drives VS Code's page as a user would: opens it on the samples, runs commands, reads panel, messages and settings.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { workbenchAddress } from "../../../scripts/host/address.mjs";
import { developIn, launchBrowser, newWindow, whenReady } from "../../../scripts/host/page.mjs";
import { hostFolder } from "../../../scripts/host/places.mjs";
import { startServer, userSettingsFile } from "../../../scripts/host/server.mjs";
import { repositoryFolder } from "../check.ts";
import { patient } from "../patience.ts";
import { runInPalette } from "./palette.ts";
import { EditorErrors } from "./editorErrors.ts";
import { chooseInFileDialog } from "./fileDialog.ts";
import { installVsix } from "./installVsix.ts";
import { addressOfWebview, haveWebviewsTheme } from "./inWorkbench.ts";
import { copySamples, TAKES_PICTURES } from "./samples.ts";
import { logLines, openWindows, whatIsShown } from "./whatIsShown.ts";

export interface EditorOptions {
  /** Whether VS Code asks before it trusts the workspace; false when left out. */
  readonly workspaceTrust?: boolean;
  /** User settings at the start. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further files of the workspace, by path within it, e.g. ".vscode/settings.json". */
  readonly files?: Readonly<Record<string, string>>;
  /** Folders of further extensions, beside this one. */
  readonly extensions?: readonly string[];
  /** Over the test's own environment, for the editor and all it starts. */
  readonly env?: NodeJS.ProcessEnv;
  /** The installed VS Code server's folder; the newest when left out. */
  readonly host?: string;
  /** A window without a folder, instead of one on the samples. */
  readonly isEmpty?: boolean;
  /** Folder with the extension, built; this repository when left out. */
  readonly extension?: string;
  /** A .vsix that is installed instead of the repository's own folder. */
  readonly vsix?: string;
  /** What the worker recites instead of a model (server/worker/model/scriptedModel.ts); models when left out. */
  readonly script?: object;
  /** Drawn also when no picture is taken: for recordings, and where the time until something is seen is measured. */
  readonly isSeen?: true;
}

type Theme = "Default Dark Modern" | "Default Light Modern" | "Default High Contrast";
const OTHER_THEMES = {
  "Default Light Modern": "light",
  "Default High Contrast": "high-contrast",
} satisfies Partial<Record<Theme, string>>;
const VIEWPORT = { width: 1440, height: 900 };
const WAIT_MS = patient(30_000);
const OPEN_TRIES = 4;

/** VS Code with this extension, on a copy of samples/. One browser, one page. */
export class Editor {
  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
    private readonly server: Awaited<ReturnType<typeof startServer>>,
    private readonly folder: string,
    private readonly troubles: EditorErrors,
    /** Whether it writes pictures into media/. */
    private readonly takesPictures: boolean,
  ) {}

  static async open(options: EditorOptions = {}): Promise<Editor> {
    const folder = mkdtempSync(path.join(tmpdir(), "laser-editor-"));
    const workspace = path.join(folder, "samples");
    copySamples(workspace);
    for (const [name, text] of Object.entries(options.files ?? {})) {
      mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
      writeFileSync(path.join(workspace, name), text);
    }
    const { script } = options;
    // What a script recites has no speed and no probabilities to be shown to anyone.
    const takesPictures = TAKES_PICTURES && script === undefined;
    const scriptFile = path.join(folder, "script.json");
    if (script !== undefined) {
      writeFileSync(scriptFile, JSON.stringify(script));
      // A file that is named is never fetched, and the script takes its place.
      mkdirSync(path.join(folder, "user", "Machine"), { recursive: true });
      const model = { "laser.model": path.join(folder, "scripted.gguf") };
      writeFileSync(path.join(folder, "user", "Machine", "settings.json"), JSON.stringify(model));
    }
    const profile = {
      folder: options.host ?? hostFolder(),
      userDataDir: path.join(folder, "user"),
      extensionsDir: path.join(folder, "extensions"),
    };
    if (options.vsix !== undefined) await installVsix(options.vsix, profile);
    const server = await startServer(profile, {
      workspaceTrust: options.workspaceTrust ?? false,
      connectionToken: false,
      // A picture must not show where this machine keeps its files.
      settings: {
        "breadcrumbs.enabled": !takesPictures,
        ...options.settings,
      },
      env: { ...(script === undefined ? {} : { LASER_WORKER_SCRIPT: scriptFile }), ...options.env },
    });
    const browser = await launchBrowser();
    const page = await newWindow(browser, {
      viewport: VIEWPORT,
      isSeen: takesPictures || options.isSeen === true,
    });
    page.setDefaultTimeout(WAIT_MS);
    const troubles = new EditorErrors();
    const editor = new Editor(page, browser, server, folder, troubles, takesPictures);
    try {
      await troubles.watch(page);
      const own = options.vsix === undefined ? [options.extension ?? repositoryFolder] : [];
      await developIn(page, server.port, {
        extensions: [...own, ...(options.extensions ?? [])],
        testsPath: null,
      });
      await page.goto(workbenchAddress(server, options.isEmpty === true ? null : workspace));
      await whenReady(page);
      openWindows.add(editor);
    } catch (error) {
      await editor.close();
      throw error;
    }
    return editor;
  }

  /**
   * Ends page, server and all it started, and removes the workspace.
   * @throws if a webview broke its policy or threw, or the extension host met one of our errors
   */
  async close(): Promise<void> {
    openWindows.delete(this);
    await this.browser.close();
    await this.server.stop();
    const troubles = this.troubles.all(path.join(this.folder, "user"));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    assert.deepEqual(troubles, [], "went wrong behind the user's back");
  }

  /** What the window shows, all its notifications, and the end of our log, in words. */
  async describe(): Promise<readonly string[]> {
    const shown = await this.page.evaluate(whatIsShown);
    await this.runCommand("Notifications: Show Notifications");
    const notifications = await this.listedMessage("").allInnerTexts();
    await this.runCommand("Notifications: Hide Notifications");
    return [...shown, ...notifications, ...logLines(path.join(this.folder, "user", "logs"))];
  }

  /** Resolves with the next trouble that fits, which close() then does not fail with. */
  expectTrouble(pattern: RegExp): Promise<string> {
    return this.troubles.expect(pattern);
  }

  /** Closes what an earlier flow opened, and removes its traces. */
  async startOver(): Promise<void> {
    if ((await this.page.locator(".tab").count()) === 0) return;
    await this.runCommand("View: Close All Editors");
    await this.runCommand("Notifications: Clear All Notifications");
    for (const name of existsSync(this.traceFolder) ? readdirSync(this.traceFolder) : [])
      rmSync(path.join(this.traceFolder, name));
  }

  /** Instead of whatever else is in the side bar. */
  async showExplorer(): Promise<void> {
    if (await this.explorer.isVisible()) return;
    await this.page.locator('.activitybar .action-label[aria-label^="Explorer"]').click();
    await this.explorer.waitFor();
  }

  async openFile(name: string | RegExp): Promise<void> {
    await this.showExplorer();
    const row = this.explorer.locator(".monaco-list-row", { hasText: name });
    const timeout = WAIT_MS / OPEN_TRIES;
    // A file that appears above the row moves another one under the pointer.
    for (let left = OPEN_TRIES; left > 0; left--)
      try {
        await row.dblclick({ timeout });
        await this.page.locator(".tab.active", { hasText: name }).waitFor({ timeout });
        break;
      } catch (error) {
        if (left === 1) throw error;
      }
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  /** Scrolls the file that was just opened to its end: lenses are drawn only where they can be seen. */
  async showEnd(): Promise<void> {
    await this.page.keyboard.press("Control+End");
  }

  /** Runs a command by its title, e.g. "LASER: Generate", from the palette. */
  async runCommand(title: string): Promise<void> {
    await runInPalette(this.page, title);
  }

  /** Chooses a file in VS Code's own dialog of files, which is open or about to be. */
  async chooseFile(file: string): Promise<void> {
    await chooseInFileDialog(this.page, file);
  }

  /** The row of the visible list whose label contains a text. */
  listRow(text: string | RegExp): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row", { hasText: text });
  }

  /** Reloads the window, as a user does by command; resolves when it is there again. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent("load");
    await this.runCommand("Developer: Reload Window");
    await loaded;
    await whenReady(this.page);
  }

  /** The notification that holds a text. */
  message(text: string | RegExp): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text });
  }

  /** The notification in the list of all, which "Notifications: Show Notifications" opens. */
  listedMessage(text: string | RegExp): Locator {
    return this.page.locator(".notifications-center .notification-list-item", { hasText: text });
  }

  /** Opens the side panel without running anything. */
  async showPanel(): Promise<void> {
    // A click on what is open closes it.
    if (await this.page.locator(".sidebar .pane-header", { hasText: "Decoding Steps" }).isVisible()) return;
    await this.page.locator('.activitybar .action-label[aria-label^="LASER"]').click();
  }

  /** Opens a view of the side panel and folds the others. */
  async showViewAlone(name: string): Promise<void> {
    const headers = this.page.locator(".sidebar .pane-header");
    const header = (text: string | RegExp, isOpen: boolean): Locator =>
      headers.and(this.page.locator(`[aria-expanded="${isOpen}"]`)).filter({ hasText: text });
    if ((await header(name, false).count()) > 0) await header(name, false).click();
    const others = header(new RegExp(`^(?!.*${name})`), true);
    while ((await others.count()) > 0) await others.first().click();
  }

  /** The title over the side panel wherever it is shown. */
  get panelHeader(): Locator {
    return this.page.locator(".pane-header", { hasText: "Decoding Steps" });
  }

  /** The inside of the side panel's page, once Generate has shown it. */
  panel(): Promise<FrameLocator> {
    return this.webview("laser-panel");
  }

  async openSettingsEditor(): Promise<FrameLocator> {
    await this.runCommand("LASER: Open Settings Editor");
    return this.settingsPage();
  }

  /** The inside of the settings editor that is open. */
  settingsPage(): Promise<FrameLocator> {
    return this.webview("laser-settings");
  }

  /** The inside of the trace editor that is open. */
  tracePage(): Promise<FrameLocator> {
    return this.webview("laser-trace");
  }

  /** The inside of the model page that is open. */
  modelPage(): Promise<FrameLocator> {
    return this.webview("laser-model");
  }

  /** Waits until as many traces are open in tabs. */
  async traceTabs(count: number, timeout?: number): Promise<void> {
    const tabs = this.page.locator('.tab[data-resource-name$=".lasertrace"]');
    await tabs.nth(count - 1).waitFor({ ...(timeout === undefined ? {} : { timeout }) });
  }

  /** The inside of the compare page that is open. @param timeout in ms, where runs come before it */
  comparePage(timeout = WAIT_MS): Promise<FrameLocator> {
    return this.webview("laser-compare", timeout);
  }

  /** What the user's settings.json holds now. */
  userSettings(): Readonly<Record<string, unknown>> {
    const file = userSettingsFile(path.join(this.folder, "user"));
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  }

  /** What the workspace's settings hold now; nothing without such a file. */
  workspaceSettings(): Readonly<Record<string, unknown>> {
    const file = path.join(this.workspaceFolder, ".vscode", "settings.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>) : {};
  }

  /** What the settings of the machine hold now: a served editor keeps there what belongs to a machine. */
  machineSettings(): Readonly<Record<string, unknown>> {
    const file = path.join(this.folder, "user", "Machine", "settings.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>) : {};
  }

  /** The folder that is open. */
  get workspaceFolder(): string {
    return path.join(this.folder, "samples");
  }

  /** Where the extension keeps traces. */
  get traceFolder(): string {
    const storage = path.join("User", "globalStorage", "laser-inspector.laser-inspector");
    return path.join(this.folder, "user", storage, "traces");
  }

  /** The one trace that was kept. */
  trace(): string {
    const [trace, ...more] = this.traces();
    if (trace === undefined || more.length > 0) throw new Error(`${more.length + 1} traces, or none`);
    return trace;
  }

  /** All traces that are kept, the latest first. */
  traces(): readonly string[] {
    const folder = this.traceFolder;
    if (!existsSync(folder)) return [];
    // Their names begin with the time.
    const files = readdirSync(folder).filter((name) => name.endsWith(".lasertrace"));
    return files
      .sort()
      .reverse()
      .map((name) => readFileSync(path.join(folder, name), "utf8"));
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

  /** Writes media/<name>-dark.png, -light.png and -high-contrast.png when UPDATE_SCREENSHOTS=1, else nothing. */
  async screenshots(name: string): Promise<void> {
    if (!this.takesPictures) return;
    // The editor begins in the dark theme, and is left in it.
    await this.screenshot(`${name}-dark`);
    for (const [theme, ending] of Object.entries(OTHER_THEMES)) {
      await this.useTheme(theme as Theme);
      await this.page.waitForFunction(haveWebviewsTheme, `vscode-${ending}`);
      await this.screenshot(`${name}-${ending}`);
    }
    await this.useTheme("Default Dark Modern");
    await this.page.waitForFunction(haveWebviewsTheme, "vscode-dark");
  }

  /** Writes media/<name>.png when UPDATE_SCREENSHOTS=1, else nothing. */
  async screenshot(name: string): Promise<void> {
    if (!this.takesPictures) return;
    const media = path.join(repositoryFolder, "media");
    mkdirSync(media, { recursive: true });
    // A pointer that rests on a button shows its tooltip.
    await this.page.mouse.move(VIEWPORT.width - 200, VIEWPORT.height - 150);
    await this.page.locator(".workbench-hover").waitFor({ state: "hidden" });
    // The palette that chose the theme may still be fading.
    await this.page.screenshot({ path: path.join(media, `${name}.png`), animations: "disabled" });
  }

  private get explorer(): Locator {
    return this.page.locator(".explorer-folders-view");
  }

  /**
   * Waits for a page inside its two frames. The wait looks from the workbench, which has the same origin: a driver that
   * asks the frames themselves while VS Code replaces them was seen to leave the webview empty.
   */
  async webview(element: string, timeout = WAIT_MS): Promise<FrameLocator> {
    const found = await this.page.waitForFunction(addressOfWebview, element, { timeout, polling: 100 });
    const outer = this.page.locator(`iframe.webview.ready[src="${await found.jsonValue()}"]`);
    return outer.contentFrame().frameLocator("iframe#active-frame");
  }
}
