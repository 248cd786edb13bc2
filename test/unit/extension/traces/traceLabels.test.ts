// How a kept trace reads in its list, and which names a user may give it.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { traceLabel } from "../../../../extension/traces/traceLabels.ts";
import { clockTime } from "../../../../extension/shared/runName.ts";
import { fileNameOf, givenName, nameProblem, promptOfName } from "../../../../extension/traces/traceNames.ts";
import { traceFileOf } from "../../../../extension/traces/traces.ts";
import type { TraceSummary } from "../../../../extension/traces/traceSummary.ts";
import { keepTrace, traceName } from "../../../../server/lsp/traces.ts";
import { formOfName, NO_STEPS, withRates } from "../../../../core/trace/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const NOW = Date.parse("2026-11-23T10:20:40Z");
const OWN = "2026-11-23T10-15-30-123Z-film-laser.lasertrace";
const counts = {
  ...NO_STEPS,
  steps: 10,
  drafted: 40,
  accepted: 28,
  relaxed: 1,
  committed: 39,
  verifyMs: 1500,
};
const summary: TraceSummary = {
  createdAt: new Date(NOW - 5.5 * 60_000).toISOString(),
  promptFile: "film.prompty",
  promptUri: null,
  strategy: "laser",
  rule: { kind: "relaxed", topK: 2, minProbability: 0.1 },
  timing: null,
  inheritedTokens: 0,
  parent: null,
  device: randomTrace(1).device,
  tokens: [],
  isStrict: false,
  modelName: "A model",
  asked: "",
  finish: "endOfText",
  metrics: withRates(counts),
  loop: null,
};

interface Row {
  readonly name: string;
  readonly fileName: string;
  readonly summary?: Partial<TraceSummary>;
  readonly unreadable?: string;
  /** Label, description, icon. */
  readonly shown: readonly [string, string, string];
}

const rows: readonly Row[] = [
  {
    name: "a run of a prompt file",
    fileName: OWN,
    summary: {},
    shown: ["laser k 2 p 0.1 · WHEN", "EDL 3.90 · 26.0 tokens/s", "zap"],
  },
  {
    name: "a name of the user's own",
    fileName: "the good one.lasertrace",
    summary: {},
    shown: ["the good one", "laser k 2 p 0.1 · WHEN · EDL 3.90 · 26.0 tokens/s", "zap"],
  },
  {
    name: "selected text",
    fileName: OWN,
    summary: { promptFile: null, strategy: "plain", rule: { kind: "strict" }, metrics: withRates(NO_STEPS) },
    shown: ["plain · WHEN", "", "dash"],
  },
  {
    name: "stopped",
    fileName: OWN,
    summary: { finish: "stopped" },
    shown: ["laser k 2 p 0.1 · WHEN", "stopped · EDL 3.90 · 26.0 tokens/s", "debug-stop"],
  },
  {
    name: "failed",
    fileName: OWN,
    summary: { finish: "failed", strategy: "laser-strict", rule: { kind: "strict" } },
    shown: ["laser-strict · WHEN", "failed · EDL 3.90 · 26.0 tokens/s", "error"],
  },
  { name: "not read yet", fileName: OWN, shown: ["BEGAN", "", "file"] },
  {
    name: "unreadable",
    fileName: OWN,
    unreadable: "The trace ends too early.",
    shown: ["film", "The trace ends too early.", "warning"],
  },
];

table("a trace", rows, ({ fileName, summary: changes, unreadable, shown }) => {
  const reading =
    unreadable !== undefined
      ? ({ ok: false, reason: unreadable } as const)
      : changes === undefined
        ? null
        : ({ ok: true, summary: { ...summary, ...changes } } as const);
  const listed = { fileName, beganMs: NOW - 99 * 60_000, reading };
  const { label, description, icon, tooltip } = traceLabel(listed, NOW, "en");
  const [when, began] = [Date.parse(summary.createdAt), listed.beganMs].map((ms) => clockTime(ms, NOW, "en"));
  const expected = shown.map((text) => text.replace("WHEN", when!).replace("BEGAN", began!));
  assert.deepEqual([label, description, icon], expected);
  assert.ok(tooltip.includes(fileName));
});

test("the tooltip gives each share its denominator", () => {
  const reading = { ok: true, summary } as const;
  const { tooltip } = traceLabel({ fileName: OWN, beganMs: NOW, reading }, NOW, "en");
  assert.match(tooltip, /^39 tokens in 10 steps; ended by the model$/m);
  assert.match(tooltip, /^Acceptance 73 %: 29 of 40 drafted tokens$/m);
  assert.match(tooltip, /^Relaxed 2\.6 %: 1 of 39 tokens$/m);
});

table(
  "a name that would say more than it is",
  [
    { name: "a line of its own", promptFile: "a\nEDL 99.00 tokens/step" },
    { name: "an order of its own", promptFile: "\u202egnp.exe" },
    { name: "nothing to be seen", promptFile: "\u200b\u0000" },
  ],
  ({ promptFile }) => {
    const reading = { ok: true, summary: { ...summary, promptFile, modelName: promptFile } } as const;
    const plain = traceLabel({ fileName: OWN, beganMs: NOW, reading: { ok: true, summary } }, NOW, "en");
    const hostile = traceLabel({ fileName: OWN, beganMs: NOW, reading }, NOW, "en");
    assert.equal(hostile.tooltip.split("\n").length, plain.tooltip.split("\n").length);
    assert.doesNotMatch(hostile.label + hostile.tooltip, /[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
    assert.ok(!(hostile.label + hostile.tooltip).includes("\0"));
    assert.doesNotMatch(hostile.label, /\n/);
  },
);

table(
  "a name",
  [
    { name: "any word", written: "the good one", problem: null },
    { name: "with the ending", written: "a.lasertrace", problem: null },
    { name: "blanks around it", written: "  a  ", problem: null },
    { name: "other letters", written: "映画é", problem: null },
    { name: "nothing", written: "  ", problem: "empty" },
    { name: "only the ending", written: ".lasertrace", problem: "empty" },
    { name: "a path", written: "../a", problem: "badCharacter" },
    { name: "a Windows path", written: "a\\b", problem: "badCharacter" },
    { name: "a line break", written: "a\nb", problem: "badCharacter" },
    { name: "hidden", written: ".a", problem: "badEnd" },
    { name: "a dot at the end", written: "a.", problem: "badEnd" },
    { name: "a blank before the ending", written: "a .lasertrace", problem: "badEnd" },
    { name: "a device of Windows", written: "con", problem: "reserved" },
    { name: "too long", written: "é".repeat(120), problem: "tooLong" },
    { name: "as ours", written: OWN, problem: "looksLikeOurs" },
    { name: "of another trace", written: "OTHER", problem: "taken" },
    { name: "of a compact trace", written: "small", problem: "taken" },
    { name: "with the ending of compact ones", written: "a.lasertrace.gz", problem: null },
    { name: "only the ending of compact ones", written: ".lasertrace.gz", problem: "empty" },
    { name: "as ours, compact", written: `${OWN}.gz`, problem: "looksLikeOurs" },
    { name: "of a file that is not a trace", written: "notes", problem: null },
  ],
  async ({ written, problem }, context) => {
    const others = ["other.lasertrace", "Small.lasertrace.gz", "notes"];
    for (const form of ["plain", "compact"] as const) {
      assert.equal(nameProblem(written, others, form), problem);
      if (problem !== null) continue;
      // The extension says what is in the file, whatever the user writes.
      assert.equal(formOfName(fileNameOf(written, form)), form);
      // What may be given is also kept: the server removes its own to make room, never this.
      const folder = temporaryFolder(context);
      const named = path.join(folder, fileNameOf(written, form));
      writeFileSync(named, "");
      await keepTrace(folder, randomTrace(1), { traces: 1, traceBytes: 1 });
      assert.ok(existsSync(named));
    }
  },
);

table(
  "a file's name",
  [
    { name: "of a prompt", fileName: OWN, given: null, prompt: "film" },
    { name: "of text", fileName: traceName(randomTrace(3)), given: null, prompt: "text" },
    {
      name: "of a run that was interrupted",
      fileName: "2026-11-23T10-15-30-123Z-interrupted-laser-strict.lasertrace",
      given: null,
      prompt: "interrupted",
    },
    { name: "the user's", fileName: "a.lasertrace", given: "a", prompt: "a" },
    { name: "of a prompt, compact", fileName: `${OWN}.gz`, given: null, prompt: "film" },
    { name: "the user's, compact", fileName: "a.lasertrace.gz", given: "a", prompt: "a" },
  ],
  ({ fileName, given, prompt }) => {
    assert.equal(givenName(fileName), given);
    assert.equal(promptOfName(fileName), prompt);
  },
);

table(
  "a run began",
  [
    {
      name: "as its file's name says, however late the file was copied",
      file: OWN,
      beganMs: Date.UTC(2026, 10, 23, 10, 15, 30, 123),
    },
    { name: "as the file says where its name was given by a user", file: "good.lasertrace", beganMs: NOW },
    {
      name: "as the file says where the name's time is none",
      file: "2026-13-23T10-15-30-123Z-film.lasertrace",
      beganMs: NOW,
    },
  ],
  ({ file, beganMs }) => {
    assert.equal(traceFileOf(`/traces/${file}`, NOW, 9).beganMs, beganMs);
  },
);
