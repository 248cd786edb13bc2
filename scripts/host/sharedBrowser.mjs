// @ts-check
// One Chromium for all files of the webview and host lanes: vitest starts it before the first and ends it after the last.
// The runner's own process imports this file, without the compiler of the tests.
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";
import { BROWSER_VARIABLE, PAGE_BROWSER_ARGUMENTS } from "./page.mjs";
import { Problem } from "../setup/problem.mjs";

/** @returns what vitest calls at the end */
export async function setup() {
  // Each project calls this; the first one's browser serves both.
  if (process.env[BROWSER_VARIABLE] !== undefined) return () => undefined;
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Problem("No Chromium was found.", "install Chromium, or name one in LASER_CHROMIUM");
  const browser = await chromium.launchServer({ executablePath, args: PAGE_BROWSER_ARGUMENTS });
  process.env[BROWSER_VARIABLE] = browser.wsEndpoint();
  return () => browser.close();
}
