// VS Code's own dialog of files, as a server shows it: a quick input that holds a path, above the rows of a folder.
import path from "node:path";
import type { Page } from "playwright-core";
import { patient } from "../patience.ts";

const INPUT = ".quick-input-widget input[type=text]";
const TRIES = 5;
const TRY_MS = patient(30_000) / TRIES;

/** Chooses a file in the dialog, which is open or about to be. */
export async function chooseInFileDialog(page: Page, file: string): Promise<void> {
  // The dialog begins with the path of a folder; before that the list it replaces would take the text.
  await page.waitForFunction((selector) => {
    const field = document.querySelector<HTMLInputElement>(selector);
    return field !== null && /^\/.*\/$/.test(field.value);
  }, INPUT);
  const folder = `${path.dirname(file)}/`;
  const row = page
    .locator(".quick-input-list")
    .getByRole("option", { name: path.basename(file), exact: true });
  // It reads folders meanwhile, may put back the path that it had, and draws rows again under a click.
  for (let left = TRIES; left > 0; left--) {
    const input = page.locator(INPUT);
    if ((await input.inputValue()) !== folder) await input.fill(folder);
    try {
      // A press of Enter is lost while a folder is read.
      await row.click({ timeout: TRY_MS });
      await page.waitForFunction(isGone, INPUT, { timeout: TRY_MS });
      return;
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

/** Runs in the page: whether the dialog was closed, or another list took its place. */
function isGone(selector: string): boolean {
  const field = document.querySelector<HTMLInputElement>(selector);
  if (field === null) return true;
  return field.offsetParent === null || !field.value.startsWith("/");
}
