// The lens above a prompt in words: what is shown, what is left out, and that no figure flatters.
import assert from "node:assert/strict";
import { lensText, type LensRun } from "../../../../extension/answer/lensText.ts";
import { NO_STEPS, type StepCounts } from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";

const counts: StepCounts = {
  ...NO_STEPS,
  steps: 36,
  drafted: 150,
  accepted: 100,
  relaxed: 4,
  committed: 142,
  verifyMs: 7100,
};
const ended = {
  state: "ended",
  finish: "endOfText",
  counts,
  loop: null,
  isStrict: false,
  name: null,
  plainRun: null,
  plainTokensPerSecond: null,
  hasTrace: true,
} as const;

interface Row {
  readonly name: string;
  readonly run: LensRun;
  readonly title: string;
  readonly action: string;
  readonly tooltip?: RegExp;
}

const rows: readonly Row[] = [
  {
    name: "speed-up not measured",
    run: ended,
    title: "EDL 3.94 · relaxed 2.8 % · Open Trace",
    action: "openTrace",
    tooltip: /142 tokens in 36 steps[^]*Speed-up: not measured[^]*4 of 142 tokens/,
  },
  {
    name: "speed-up measured",
    run: { ...ended, plainTokensPerSecond: 9.2 },
    title: "EDL 3.94 · 2.17× · relaxed 2.8 % · Open Trace",
    action: "openTrace",
    tooltip: /Speed-up 2\.17×: 20\.0 tokens\/s against 9\.2/,
  },
  {
    name: "figures as in the panel",
    run: { ...ended, plainTokensPerSecond: 10.02 },
    title: "EDL 3.94 · 2.00× · relaxed 2.8 % · Open Trace",
    action: "openTrace",
    tooltip: /Speed-up 2\.00×/,
  },
  {
    name: "a slow-down is one",
    run: { ...ended, plainTokensPerSecond: 22 },
    title: "EDL 3.94 · 0.91× · relaxed 2.8 % · Open Trace",
    action: "openTrace",
  },
  {
    name: "strict",
    run: { ...ended, isStrict: true, counts: { ...counts, relaxed: 0 } },
    title: "EDL 3.94 · Open Trace",
    action: "openTrace",
    tooltip: /Strict: every token is the target's own choice, up to float rounding/,
  },
  {
    name: "stopped",
    run: { ...ended, finish: "stopped" },
    title: "stopped · EDL 3.94 · relaxed 2.8 % · Open Trace",
    action: "openTrace",
    tooltip: /^The run was stopped/,
  },
  {
    name: "failed on the way",
    run: { ...ended, finish: "failed" },
    title: "failed · EDL 3.94 · relaxed 2.8 % · Open Trace",
    action: "openTrace",
  },
  {
    name: "failed before the first token",
    run: { ...ended, finish: "failed", counts: NO_STEPS, hasTrace: false },
    title: "failed · Show Why",
    action: "showWhy",
    tooltip: /No tokens were written/,
  },
  {
    name: "no trace was kept",
    run: { ...ended, hasTrace: false },
    title: "EDL 3.94 · relaxed 2.8 % · Show Steps",
    action: "showPanel",
  },
  {
    name: "as many tokens as allowed",
    run: { ...ended, finish: "maxTokens" },
    title: "EDL 3.94 · relaxed 2.8 % · Open Trace",
    action: "openTrace",
    tooltip: /^The answer reached its token limit/,
  },
  {
    name: "waits",
    run: { state: "starting" },
    title: "$(loading~spin)\u00a0starting… · Stop",
    action: "stop",
  },
  {
    name: "is running",
    run: { state: "running" },
    title: "$(loading~spin)\u00a0running… · Stop",
    action: "stop",
  },
];

table("lens", rows, ({ run, title, action, tooltip }) => {
  const text = lensText(run);
  assert.equal(text.title, title);
  assert.equal(text.action, action);
  if (tooltip !== undefined) assert.match(text.tooltip, tooltip);
});
