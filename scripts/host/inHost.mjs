// @ts-check
// Runs an extension's own tests inside the extension host, like VS Code with --extensionTestsPath. Their
// output is passed through, and their run() decides whether they passed.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { workbenchAddress } from "./address.mjs";
import { developIn, launchBrowser, newWindow } from "./page.mjs";
import { startServer } from "./server.mjs";

const WRAPPER = fileURLToPath(new URL("testsWrapper.cjs", import.meta.url));
const POLL_MS = 100;

/**
 * @typedef {object} InHostOptions
 * @property {string} folder the host's, as installHost returns it
 * @property {string | undefined} userDataDir default: a temporary one
 * @property {string | undefined} extensionsDir
 * @property {readonly string[]} extensions
 * @property {string} testsPath a module with run()
 * @property {string | null} target the workspace
 * @property {boolean} disableExtensions
 * @property {boolean} workspaceTrust
 * @property {number} timeoutSeconds
 */

/**
 * @param {InHostOptions} options
 * @returns {Promise<number>} the exit code: 0 when run() resolved
 * @throws when the host or the page ended before run() did, or on a timeout
 */
export async function runInHost(options) {
  const temporary = mkdtempSync(path.join(tmpdir(), "laser-host-"));
  const output = path.join(temporary, "output");
  const marker = path.join(temporary, "passed");
  writeFileSync(output, "");
  const userDataDir = options.userDataDir ?? path.join(temporary, "user");
  const extensionsDir = options.extensionsDir ?? path.join(temporary, "extensions");
  const env = {
    LASER_HOST_TESTS: path.resolve(options.testsPath),
    LASER_HOST_OUTPUT: output,
    LASER_HOST_MARKER: marker,
  };
  const server = await startServer(
    { folder: options.folder, userDataDir, extensionsDir },
    { env, workspaceTrust: options.workspaceTrust, connectionToken: false },
  );
  let shown = 0;
  const showOutput = () => {
    const all = readFileSync(output);
    if (all.length > shown) process.stdout.write(all.subarray(shown));
    shown = all.length;
  };
  const timer = setInterval(showOutput, POLL_MS);
  /** @type {import("playwright-core").Browser | undefined} */
  let browser;
  try {
    browser = await launchBrowser();
    const page = await newWindow(browser, { viewport: { width: 1280, height: 800 }, isSeen: false });
    const ended = hostExit(browser, page, options.timeoutSeconds);
    await developIn(page, server.port, { extensions: options.extensions, testsPath: WRAPPER });
    await page.goto(workbenchAddress(server, options.target, pagePayload(options)));
    const code = await ended;
    // A killed extension host also reports 0, but only run() itself writes the marker.
    if (code === 0 && !existsSync(marker)) throw new Error("the extension host ended before its tests did");
    return code;
  } finally {
    clearInterval(timer);
    showOutput();
    await browser?.close().catch(() => undefined);
    await server.stop();
    const logs = process.env.LASER_HOST_KEEP;
    if (logs) cpSync(path.join(userDataDir, "logs"), logs, { recursive: true });
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * @param {InHostOptions} options
 * @returns {[string, string][]}
 */
function pagePayload({ disableExtensions }) {
  const quiet = /** @type {[string, string][]} */ ([
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ]);
  return disableExtensions ? [...quiet, ["disableExtensions", "true"]] : quiet;
}

/**
 * The exit code that the workbench reports when the tests' run() has settled.
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").Page} page
 * @param {number} timeoutSeconds
 * @returns {Promise<number>}
 */
async function hostExit(browser, page, timeoutSeconds) {
  /** @type {Promise<number>} */
  const exit = new Promise((resolve, reject) => {
    page.exposeFunction("codeAutomationExit", (/** @type {number} */ code) => resolve(code)).catch(reject);
    page.exposeFunction("codeAutomationLog", () => undefined).catch(reject);
    page.once("crash", () => reject(new Error("the page crashed")));
    browser.once("disconnected", () => reject(new Error("the browser ended")));
    const late = () => reject(new Error(`no result after ${timeoutSeconds} s`));
    setTimeout(late, timeoutSeconds * 1000).unref();
  });
  return exit;
}
