// VS Code's command palette.
import type { Page } from "playwright-core";
import { patient } from "../patience.ts";

const TRIES = 5;
const TRY_MS = patient(30_000) / TRIES;

/** Runs a command by its title, e.g. "LASER: Generate". */
export async function runInPalette(page: Page, title: string): Promise<void> {
  const input = page.locator(".quick-input-widget input[type=text]");
  // The list may still show rows of an earlier word: the row itself is chosen, not whatever Enter would take.
  // Its label continues with a comma, or a longer title would do: "View: Close Editors …" for "View: Close Editor".
  const labels = [`[aria-label="${title}"]`, `[aria-label^="${title},"]`];
  const row = page
    .locator(labels.map((label) => `.quick-input-list .monaco-list-row${label}`).join(", "))
    .first();
  // An editor that is just being opened takes the keyboard and closes the palette: then it is opened once more.
  for (let left = TRIES; left > 0; left--) {
    await page.keyboard.press("F1");
    try {
      await input.fill(`>${title}`, { timeout: TRY_MS });
      await row.click({ timeout: TRY_MS });
      return;
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}
