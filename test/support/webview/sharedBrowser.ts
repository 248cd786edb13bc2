// One Chromium for all files of the webview and host lanes: vitest starts it before the first and ends it after the last.
import { chromium } from "playwright-core";
import { BROWSER_VARIABLE } from "../../../scripts/host/page.mjs";
import { CHROMIUM_ARGUMENTS, chromiumPath } from "./page.ts";

/** @returns what vitest calls at the end */
export async function setup(): Promise<() => Promise<void> | void> {
  // Each project calls this; the first one's browser serves both.
  if (process.env[BROWSER_VARIABLE] !== undefined) return () => undefined;
  const browser = await chromium.launchServer({ executablePath: chromiumPath(), args: CHROMIUM_ARGUMENTS });
  process.env[BROWSER_VARIABLE] = browser.wsEndpoint();
  return () => browser.close();
}
