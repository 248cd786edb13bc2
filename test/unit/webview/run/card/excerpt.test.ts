// The text around the match of a draft: where it was read, never where it was not.
import assert from "node:assert/strict";
import { test } from "vitest";
import { runOfTrace } from "../../../../../extension/shared/traceRun.ts";
import type { NamedEntries, TraceDraftToken, TraceStep } from "../../../../../core/trace/index.ts";
import { shapeOf } from "../../../../../webview/run/model/draftShape.ts";
import { excerptOf } from "../../../../../webview/run/card/excerpt.ts";
import { runModelOf, type RunModel } from "../../../../../webview/run/model/model.ts";
import { table } from "../../../../support/check.ts";
import { smallTrace } from "../../../core/trace/smallRun.ts";

const TEXTS = { 1: { control: "<|user|>", endsText: false }, 8: { bytes: "c3" }, 9: { bytes: "a9" } };

/** A run whose prompt and answer are these letters, and whose next step drafts the others; digits are ids of TEXTS. */
function runOf(row: Row): { readonly run: RunModel; readonly step: TraceStep } {
  const trace = smallTrace();
  const [first] = trace.steps;
  const [drafted] = first!.draft;
  const idOf = (letter: string): number => (/\d/.test(letter) ? Number(letter) : letter.codePointAt(0)!);
  const ids = (letters: string): number[] => Array.from(letters, idOf);
  const letters = row.texts.join("");
  const [promptTokens, answer, draft] = row.texts.map(ids) as [number[], number[], number[]];
  const written = answer.map((id, index) => ({
    ...{ ...first!, index, position: promptTokens.length - 1 + index, draft: [], verdicts: [], path: [] },
    ...{ root: [...promptTokens, ...answer][promptTokens.length - 1 + index]! },
    next: { kind: "plain", id } as const,
  }));
  const step: TraceStep = {
    ...first!,
    index: answer.length,
    path: [],
    draft: draft.map((id, place) => ({
      ...{ ...drafted!, id, parent: place - 1, source: row.source },
      ...{ matchTokens: row.matchTokens, entries: row.entries === undefined ? [] : [0, 1] },
    })),
  };
  const request = { ...trace.request, promptTokens, inheritedTokens: row.inherited ?? 0 };
  const snapshot = runOfTrace({ ...trace, request, steps: [] }, "a", "/a");
  const run = runModelOf({
    ...snapshot,
    tokens: { ...Object.fromEntries(Array.from(letters, (letter) => [idOf(letter), letter])), ...TEXTS },
    entries: row.entries ?? {},
  });
  const steps = [...written, step].map((one) => ({ step: one, shape: shapeOf(one), items: [] }));
  return { run: { ...run, steps }, step };
}

interface Row {
  readonly name: string;
  /** Prompt, answer and draft. */
  readonly texts: readonly [string, string, string];
  readonly source: TraceDraftToken["source"];
  readonly matchTokens: number;
  /** Of the prompt's last tokens, those that an earlier run wrote. */
  readonly inherited?: number;
  readonly entries?: NamedEntries;
  /** Which drafted token is asked for; the last where it is left out. */
  readonly place?: number;
  /** "where: before[match|drafted]after", where with a star if it is not where most votes came from. */
  readonly shown: string | null;
}

const ENTRIES = { 0: { id: "first", group: null }, 1: { id: "second", group: null, text: "..bcd.." } };

table<Row>(
  "around the match",
  [
    {
      name: "of the prompt",
      texts: ["xabcyz", "mab", "c"],
      source: "prompt",
      matchTokens: 2,
      shown: "the prompt: x[ab|c]yzmab",
    },
    {
      name: "of the answer",
      texts: ["xyz", "abcdab", "c"],
      source: "output",
      matchTokens: 2,
      shown: "the answer: xyz[ab|c]dab",
    },
    {
      name: "the newest of several",
      texts: ["abc1", "abcdab", "c"],
      source: "output",
      matchTokens: 2,
      shown: "the answer: abc<|user|>[ab|c]dab",
    },
    {
      name: "longest where few votes came from",
      texts: ["xabc", "yab", "c"],
      source: "output",
      matchTokens: 2,
      shown: "*the prompt: x[ab|c]yab",
    },
    {
      name: "begun in the prompt, drafted from the answer",
      texts: ["xa", "bcdab", "c"],
      source: "output",
      matchTokens: 2,
      shown: "the answer: x[ab|c]dab",
    },
    {
      name: "inherited tokens are the answer's",
      texts: ["xyabc", "ab", "c"],
      source: "output",
      matchTokens: 2,
      inherited: 3,
      shown: "the answer: xy[ab|c]ab",
    },
    {
      name: "drafted tokens are part of the match",
      texts: ["xabcdy", "ab", "cd"],
      source: "prompt",
      matchTokens: 3,
      shown: "the prompt: x[abc|d]yab",
    },
    {
      name: "of the first drafted token, whatever is drafted after it",
      texts: ["xabcdy", "ab", "cd"],
      source: "prompt",
      matchTokens: 2,
      place: 0,
      shown: "the prompt: x[ab|c]dyab",
    },
    {
      name: "a match that overlaps the context itself",
      texts: ["xaaa", "a", "a"],
      source: "output",
      matchTokens: 3,
      shown: "the answer: x[aaa|a]",
    },
    {
      name: "a character of two tokens, a control token",
      texts: ["1ab89c1", "ab8", "9"],
      source: "prompt",
      matchTokens: 3,
      shown: "the prompt: <|user|>[ab|é]c<|user|>ab",
    },
    {
      name: "a loop that reads its own draft: nothing",
      texts: ["x", "abab", "aba"],
      source: "output",
      matchTokens: 2,
      shown: null,
    },
    {
      name: "a loop as far as it is written",
      texts: ["x", "abab", "aba"],
      source: "output",
      matchTokens: 2,
      place: 1,
      shown: "the answer: xa[ba|b]",
    },
    {
      name: "a match that is nowhere: nothing",
      texts: ["xbcy", "ab", "c"],
      source: "prompt",
      matchTokens: 2,
      shown: null,
    },
    {
      name: "longer than all that is written: nothing",
      texts: ["ab", "ab", "c"],
      source: "output",
      matchTokens: 16,
      shown: null,
    },
    {
      name: "of the pool's first entry that has it, though it is in the prompt, too",
      texts: ["bcd", "bc", "d"],
      source: "pool",
      matchTokens: 2,
      entries: ENTRIES,
      shown: "pool entry second: ..[bc|d]..",
    },
    {
      name: "of the pool where the longest match was the pool's",
      texts: ["xcd", "bc", "d"],
      source: "prompt",
      matchTokens: 2,
      entries: ENTRIES,
      shown: "*pool entry second: ..[bc|d]..",
    },
    {
      name: "cut to sixty characters on either side",
      texts: [`${"p".repeat(99)}ab${"q".repeat(99)}`, "a", "b"],
      source: "prompt",
      matchTokens: 1,
      shown: `the prompt: ${"p".repeat(60)}[a|b]${"q".repeat(60)}`,
    },
  ],
  (row) => {
    const { run, step } = runOf(row);
    const excerpt = excerptOf(run, step, row.place ?? step.draft.length - 1);
    const shown =
      excerpt &&
      `${excerpt.isElsewhere ? "*" : ""}${excerpt.where}: ${excerpt.before}[${excerpt.match}|${excerpt.drafted}]${excerpt.after}`;
    assert.equal(shown, row.shown);
  },
);

test("a match that is near is found without reading the run before it", () => {
  const texts = ["abc1", `${"q".repeat(500)}abcdab`, "c"] as const;
  const { run, step } = runOf({ name: "", texts, source: "output", matchTokens: 2, shown: null });
  const unread = {
    items: [],
    shape: shapeOf(step),
    get step(): TraceStep {
      return assert.fail("was read");
    },
  };
  const steps = run.steps.map((view, index) => (index < 400 ? unread : view));
  assert.equal(excerptOf({ ...run, steps }, step, 0)?.match, "ab");
});
