// One Chromium for all files of the webview lane: vitest starts it before the first and ends it after the last.
import { chromium } from "playwright-core";
import { BROWSER_VARIABLE, CHROMIUM_ARGUMENTS, chromiumPath } from "./page.ts";

/** @returns what vitest calls at the end */
export async function setup(): Promise<() => Promise<void>> {
  const browser = await chromium.launchServer({ executablePath: chromiumPath(), args: CHROMIUM_ARGUMENTS });
  process.env[BROWSER_VARIABLE] = browser.wsEndpoint();
  return () => browser.close();
}
