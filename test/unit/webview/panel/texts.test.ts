// Texts of the panel: what is invisible gets a shape, the live region holds its tongue.
import assert from "node:assert/strict";
import { test } from "vitest";
import { announce, ANNOUNCE_EVERY_MS, NOTHING_ANNOUNCED } from "../../../../webview/panel/announcer.ts";
import { EMPTY_MODEL, reduce, type RunModel } from "../../../../webview/run/model/model.ts";
import { oneLineText, spokenText, visibleText } from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";
import { messagesOf, panelRun } from "../../../support/webview/panelRuns.ts";

table(
  "shown text",
  [
    { name: "a word", text: " the", running: " the", line: "·the", spoken: "the" },
    { name: "a line break", text: ".\n", running: ".⏎", line: ".⏎", spoken: ". line break" },
    { name: "a control character", text: "\u0000", running: "␀", line: "␀", spoken: "␀" },
    {
      name: "a direction mark",
      text: "\u202eab",
      running: "<U+202E>ab",
      line: "<U+202E>ab",
      spoken: "<U+202E>ab",
    },
    { name: "a space", text: " ", running: " ", line: "·", spoken: "space" },
    { name: "nothing", text: "", running: "", line: "", spoken: "part of a character" },
    { name: "markup", text: "<img>", running: "<img>", line: "<img>", spoken: "<img>" },
  ],
  ({ text, running, line, spoken }) => {
    assert.equal(visibleText(text), running);
    assert.equal(oneLineText(text), line);
    assert.equal(spokenText(text), spoken);
  },
);

test("the live region speaks at most once an interval, and of the end at once", () => {
  const models: RunModel[] = [];
  messagesOf(panelRun(22)).reduce((model, message) => {
    const next = reduce(model, message);
    if (next.run !== null) models.push(next.run);
    return next;
  }, EMPTY_MODEL);
  let last = NOTHING_ANNOUNCED;
  const spoken: { text: string; atMs: number }[] = [];
  models.forEach((run, i) => {
    const next = announce(last, run, i * 100);
    if (next !== last) spoken.push(next);
    last = next;
  });
  assert.ok(spoken.length >= 2 && spoken.length < models.length / 4, `${spoken.length} of ${models.length}`);
  const steps = spoken.slice(0, -1);
  steps.slice(1).forEach(({ atMs }, i) => {
    assert.ok(atMs - steps[i]!.atMs >= ANNOUNCE_EVERY_MS);
  });
  assert.match(steps[0]!.text, /^Step \d+: /);
  assert.match(spoken.at(-1)!.text, /^Finished: \d+ tokens in \d+ steps\.$/);
});
