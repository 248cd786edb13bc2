// The settings editor's page on our own manifest, filled as a user's could be, and its parts by name.
import { readFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "vitest";
import type { TargetId, ToSettingsEditor } from "../../../extension/shared/settingsEditor.ts";
import { parseTrace } from "../../../core/trace/index.ts";
import { repositoryFolder } from "../check.ts";
import { fileBench } from "./fileBench.ts";
import type { WebviewPage } from "./page.ts";
import { settingsOf, TWO_FOLDERS, type ValuesByKey } from "./settingsMessages.ts";

export const TRACE = parseTrace(
  readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), "utf8"),
);
export const FILMS: TargetId = "folder:file:///films";
export const VALUES: ValuesByKey = {
  "laser.maxDraftTokens": { user: 12 },
  "laser.relaxed.topK": { user: 3, workspace: 5, [FILMS]: 7 },
  "laser.modelFolders": { user: ["models", "more"] },
};

/** There is no trace to judge. */
export const NO_TRACE: ToSettingsEditor = { kind: "trace", trace: null, name: null, names: [], titles: [] };

/**
 * What opens the settings editor in a file's tests. Its messages are what the extension says first; when left out, the
 * settings with these values in two folders. Then there is no trace to judge, unless a message has one.
 * @param isTraceKnown false: the extension is still looking for it
 */
export function settingsOpener(isTraceKnown = true) {
  const bench = fileBench();
  return async (context: TestContext, ...messages: readonly ToSettingsEditor[]): Promise<WebviewPage> => {
    const editor = await bench.page("settings", { width: 1000, height: 900 });
    context.onTestFinished(() => editor.close());
    const preset = settingsOf(VALUES, TWO_FOLDERS);
    await editor.send(...(messages.length === 0 ? [preset] : messages));
    if (isTraceKnown && !messages.some(({ kind }) => kind === "trace")) await editor.send(NO_TRACE);
    return editor;
  };
}

export const field = ({ page }: WebviewPage, key: string) => page.locator(`[data-key="laser.${key}"]`);
export const numberOf = (editor: WebviewPage, key: string) =>
  field(editor, key).locator("input[type=number]");
export const place = ({ page }: WebviewPage, name: string) => page.getByRole("radio", { name });
export const shownKeys = ({ page }: WebviewPage) =>
  page.locator("[data-key]").evaluateAll((fields) => fields.map((one) => (one as HTMLElement).dataset.key));
/** What the page has said since it was ready. */
export const changes = async (editor: WebviewPage) => (await editor.sent()).slice(1);
