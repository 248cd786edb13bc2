// VS Code's own dialog of files, as a server shows it: a quick input that holds a path, above the rows of a folder.
import path from "node:path";
import type { Page } from "playwright-core";
import { patient } from "../patience.ts";

const INPUT = ".quick-input-widget input[type=text]";
const TRIES = 5;
const TRY_MS = patient(30_000) / TRIES;

/** Chooses a file in the dialog, which is open or about to be. */
export async function chooseInFileDialog(page: Page, file: string): Promise<void> {
  const row = page
    .locator(".quick-input-list")
    .getByRole("option", { name: path.basename(file), exact: true });
  // A press of Enter is lost while a folder is read.
  await choose(page, path.dirname(file), () => row.click({ timeout: TRY_MS }));
}

/** Chooses a folder that has no folders in it, by the dialog's button. */
export async function chooseFolderInDialog(page: Page, folder: string, button: string): Promise<void> {
  const rows = page.locator(".quick-input-list").getByRole("option");
  await choose(page, folder, async () => {
    // Only ".." is left when it has read the folder; until then the button takes the one before.
    await rows.nth(1).waitFor({ state: "detached", timeout: TRY_MS });
    await rows.filter({ hasText: ".." }).waitFor({ timeout: TRY_MS });
    await page.locator(".quick-input-widget .monaco-button", { hasText: button }).click({ timeout: TRY_MS });
  });
}

/** Names a new file in a dialog that begins with the path of another file in the same folder. */
export async function saveInFileDialog(page: Page, file: string): Promise<void> {
  const input = page.locator(INPUT);
  const rows = page.locator(".quick-input-list").getByRole("option");
  for (let left = TRIES; left > 0; left--)
    try {
      // While it reads the folder, it may put back the path that it began with.
      await rows.filter({ hasText: ".." }).waitFor({ timeout: TRY_MS });
      await input.fill(file, { timeout: TRY_MS });
      await page.waitForFunction(holds, { selector: INPUT, file }, { timeout: TRY_MS });
      await page.locator(".quick-input-widget .monaco-button", { hasText: "OK" }).click({ timeout: TRY_MS });
      await page.waitForFunction(isGone, INPUT, { timeout: TRY_MS });
      return;
    } catch (error) {
      if (left === 1) throw error;
    }
}

/** Runs in the page. */
function holds({ selector, file }: { readonly selector: string; readonly file: string }): boolean {
  return document.querySelector<HTMLInputElement>(selector)?.value === file;
}

/** Brings the dialog to a folder and chooses there. It may put back the path that it had, and draws rows again under a click. */
async function choose(page: Page, place: string, take: () => Promise<void>): Promise<void> {
  // The dialog begins with the path of a folder; before that the list it replaces would take the text.
  await page.waitForFunction((selector) => {
    const field = document.querySelector<HTMLInputElement>(selector);
    return field !== null && /^\/.*\/$/.test(field.value);
  }, INPUT);
  const folder = `${place}/`;
  for (let left = TRIES; left > 0; left--) {
    const input = page.locator(INPUT);
    if ((await input.inputValue()) !== folder) await input.fill(folder);
    try {
      await take();
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
