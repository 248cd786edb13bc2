// A picture of the gallery: how a user gets to a screen of the product, and what shows that it is there.
import type { Locator } from "playwright-core";
import { patient } from "../../support/patience.ts";
import type { Editor } from "../../support/host/editor.ts";

export interface Screen {
  /** Name of its pictures. */
  readonly name: string;
  /** What a user does, from the screen before it. */
  readonly reach: (editor: Editor) => Promise<unknown>;
  /** What is on the screen once it is complete. */
  readonly shown: (editor: Editor) => Locator | Promise<Locator>;
  /** Whether the mouse or the keyboard holds a hover open; else the mouse is put out of the way. */
  readonly isHover?: boolean;
  /** What a user does to leave it, where the next screen doesn't cover it. */
  readonly leave?: (editor: Editor) => Promise<unknown>;
}

/** Screens of a subject, in an order in which each can be reached from the one before. */
export interface ScreenGroup {
  readonly name: string;
  readonly screens: readonly Screen[];
}

/** Runs on a busy machine take minutes. */
export const RUN_MS = 600_000;
const TRIES = 4;
const TRY_MS = patient(8_000);

export const escape = (editor: Editor): Promise<void> => editor.page.keyboard.press("Escape");

/** Waits until the last run has ended, and its panel no longer moves. */
export async function runEnded(editor: Editor): Promise<void> {
  const panel = await editor.panel();
  await panel.locator(".stream .token, .card").first().waitFor({ timeout: RUN_MS });
  await panel.locator(".progress").waitFor({ state: "detached", timeout: RUN_MS });
  await editor.page.locator(".statusbar-item", { hasText: "ready" }).waitFor({ timeout: RUN_MS });
}

/** Puts the cursor into the active editor, at a line and column counted from 1. */
export async function goTo(editor: Editor, line: number, column: number): Promise<void> {
  await editor.runCommand("Go to Line/Column...");
  await editor.page.locator(".quick-input-widget input[type=text]").fill(`:${line}:${column}`);
  await editor.page.keyboard.press("Enter");
  await editor.page.locator(".statusbar-item", { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  await editor.page.locator(".editor-group-container.active .monaco-editor.focused").waitFor();
}

/** Presses a key until something is shown: an editor that has just got the keyboard may still miss one. */
export async function pressUntil(editor: Editor, key: string, shown: Locator): Promise<void> {
  for (let left = TRIES; left > 0; left--) {
    await editor.page.keyboard.press(key);
    const isShown = await shown.waitFor({ timeout: TRY_MS }).then(
      () => true,
      () => false,
    );
    if (isShown) return;
  }
}
