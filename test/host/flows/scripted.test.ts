// What a user does with the editor that the model has no part in. A start of VS Code takes more processor time than most
// of these flows, so they share one, whose worker recites a script.
import { afterAll, beforeAll, describe } from "vitest";
import { Editor } from "../../support/host/editor.ts";
import { ANSWER_FILES, answerFilesFlow } from "../scripted/answerFiles.ts";
import { PLAIN_TEXT_FILES, plainTextFlow } from "../scripted/plainText.ts";
import { RELOAD_FILES, reloadFlow } from "../scripted/reload.ts";
import { ANSWER_TOKENS, SCRIPT } from "../scripted/script.ts";
import { engineFlow } from "../scripted/engine.ts";
import { firstStepsFlow } from "../scripted/firstSteps.ts";
import { INTERRUPTED_FILES, interruptedFlow } from "../scripted/interrupted.ts";
import { poolsFlow } from "../scripted/pools.ts";
import { settingsFlow } from "../scripted/settings.ts";

let editor: Editor;
beforeAll(async () => {
  editor = await Editor.open({
    script: SCRIPT,
    settings: { "laser.maxTokens": ANSWER_TOKENS },
    files: { ...ANSWER_FILES, ...PLAIN_TEXT_FILES, ...INTERRUPTED_FILES, ...RELOAD_FILES },
  });
});
afterAll(async () => {
  await editor.close();
});

const shared = (): Editor => editor;

// First: the editor must not have read walkthroughs before.
describe("first steps", () => {
  firstStepsFlow(shared);
});
describe("settings", () => {
  settingsFlow(shared);
});
describe("engine choices and links", () => {
  engineFlow(shared);
});
describe("pools", () => {
  poolsFlow(shared);
});
describe("what can be run", () => {
  plainTextFlow(shared);
});
// After them: its run would be the last one, which Generate repeats.
describe("finished answers", () => {
  answerFilesFlow(shared);
});
describe("runs that are interrupted", () => {
  interruptedFlow(shared);
});
// Last: it moves a view, and takes away the folder of traces.
describe("a window that is reloaded", () => {
  reloadFlow(shared);
});
