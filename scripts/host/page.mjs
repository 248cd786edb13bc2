// @ts-check
// Opens VS Code's page in Chromium: starts the browser and enables extension development mode.
import path from "node:path";
import { chromium } from "playwright-core";
import { Problem } from "../setup/problem.mjs";
import { findChromium } from "./chromium.mjs";

/** Names where a browser listens that several processes share, such as the files of a test lane. */
export const BROWSER_VARIABLE = "LASER_TEST_BROWSER";

/** Chromium refuses to run as root with its sandbox, and containers often forbid the sandbox or a large /dev/shm. */
export const BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];

/** Of a browser that shows many small pages of ours, one after the other. */
export const PAGE_BROWSER_ARGUMENTS = [
  ...BROWSER_ARGUMENTS,
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Pages of one file share a process: each would begin one and compile all scripts again.
  "--process-per-site",
  // Its compiling threads starve where both cores are busy, and scripts are interpreted meanwhile.
  "--js-flags=--single-threaded",
];

/**
 * A script for each document: the compiler of tests and benches wraps functions in a helper of this name, also those that
 * run in a page.
 */
export const KNOWN_NAMES = "globalThis.__name = (value) => value";

/**
 * Connects to the shared browser; closing the result only disconnects.
 * @returns {Promise<import("playwright-core").Browser> | null} null if none is shared
 */
export function connectToBrowser() {
  const endpoint = process.env[BROWSER_VARIABLE];
  return endpoint ? chromium.connect(endpoint) : null;
}

/** @returns {Promise<import("playwright-core").Browser>} it ends no later than this process */
export function launchBrowser() {
  const shared = connectToBrowser();
  if (shared !== null) return shared;
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Problem("No Chromium was found.", "install Chromium, or name one in LASER_CHROMIUM");
  }
  return chromium.launch({ executablePath, args: BROWSER_ARGUMENTS });
}

/**
 * In the workbench. Its spinners and progress bars turn for as long as a run takes, however little motion is wanted; drawn
 * without a GPU they take as much processor time as the model. What is transparent is laid out, focused and clicked as
 * ever, but not drawn at all.
 * @param {boolean} isSeen
 */
const calmWorkbench = (isSeen) => `if (window === window.top) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".codicon-modifier-spin, .progress-bit { animation: none !important; }");
  ${isSeen ? "" : 'sheet.insertRule("body { opacity: 0 !important; }");'}
  document.adoptedStyleSheets.push(sheet);
}`;

/**
 * A page for the workbench, in which little moves.
 * @param {import("playwright-core").Browser} browser
 * @param {{viewport: {width: number, height: number}, isSeen: boolean}} options isSeen: whether pictures of it are taken
 */
export async function newWindow(browser, { viewport, isSeen }) {
  const page = await browser.newPage({ viewport, reducedMotion: "reduce" });
  await page.addInitScript({ content: KNOWN_NAMES });
  await page.addInitScript({ content: calmWorkbench(isSeen) });
  return page;
}

/**
 * Loads an extension and its tests from folders, like VS Code's own development options. Call before page.goto.
 * The options are inserted into the page's configuration before its script reads them: VS Code's own flag for this
 * suppresses notifications, and Chromium refuses a rewritten document the connection to the server.
 * @param {import("playwright-core").Page} page
 * @param {number} port
 * @param {{extensions: readonly string[], testsPath: string | null}} development absolute paths
 */
export async function developIn(page, port, { extensions, testsPath }) {
  /** @param {string} file */
  const remote = (file) => ({
    scheme: "vscode-remote",
    authority: `127.0.0.1:${port}`,
    path: path.resolve(file),
  });
  const options = {
    extensions: extensions.map(remote),
    ...(testsPath === null ? {} : { extensionTestsPath: remote(testsPath) }),
  };
  await page.addInitScript({
    content: `if (window === window.top) {
      const observer = new MutationObserver(() => {
        const meta = document.getElementById("vscode-workbench-web-configuration");
        if (meta === null) return;
        observer.disconnect();
        const settings = JSON.parse(meta.dataset.settings);
        settings.developmentOptions = { ...settings.developmentOptions, ...${JSON.stringify(options)} };
        meta.dataset.settings = JSON.stringify(settings);
      });
      observer.observe(document, { childList: true, subtree: true });
    }`,
  });
}

/**
 * Waits until the workbench is restored and the extensions are known.
 * @param {import("playwright-core").Page} page
 */
export async function whenReady(page) {
  await page.waitForSelector(".monaco-workbench");
  const marks = JSON.stringify(["code/didStartWorkbench", "code/didLoadExtensions"]);
  const areSet = `${marks}.every((mark) => performance.getEntriesByName(mark).length > 0)`;
  // Not at every frame, which the page would have to draw.
  await page.waitForFunction(areSet, undefined, { polling: 100 });
}
