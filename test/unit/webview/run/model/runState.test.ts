// What a run is doing and how it ended, in words that are true at each moment.
import assert from "node:assert/strict";
import { endWords, runName, stateOf } from "../../../../../webview/run/model/runState.ts";
import type { RunModel } from "../../../../../webview/run/model/model.ts";
import { table } from "../../../../support/check.ts";
import { REAL } from "../../../../support/trace/recordedTrace.ts";

type Known = Partial<Pick<RunModel, "progress" | "header" | "ended" | "identity">> & {
  readonly steps?: number;
  readonly committed?: number;
};
const header = { ...REAL, request: { ...REAL.request, maxTokens: 2000, promptFile: "tales/book.prompty" } };

function run({ steps = 0, committed = 0, ...known }: Known): RunModel {
  const counts = { steps, committed };
  return {
    progress: null,
    header: null,
    ended: null,
    identity: null,
    ...known,
    counts,
  } as unknown as RunModel;
}

table(
  "a run that has not ended",
  [
    { name: "waits for another", run: run({}), behind: "reader", words: "Queued after reader", share: null },
    { name: "waits for the model", run: run({}), behind: null, words: "Waiting for the model", share: null },
    {
      name: "reads the prompt, and doesn't claim to write",
      run: run({ header }),
      behind: null,
      ...{ words: "Reading the prompt", share: null },
    },
    {
      name: "reads the prompt, so much of it",
      run: run({ header, progress: { message: "reading the prompt", share: 0.409 } }),
      behind: null,
      ...{ words: "Reading the prompt 40 %", share: 0.409 },
    },
    {
      name: "writes, so much of its limit",
      run: run({ header, steps: 300, committed: 410 }),
      behind: null,
      ...{ words: "410 of 2,000 tokens", share: 0.205 },
    },
  ],
  ({ run: model, behind, words, share }) => {
    assert.deepEqual(stateOf(model, { behind, next: [] }), { words, share });
  },
);

const ended = (finish: string): RunModel =>
  run({ header, steps: 1, ended: { finish } as unknown as RunModel["ended"] });

table(
  "a run that ended",
  [
    { name: "by itself", finish: "endOfText", words: "finished" },
    { name: "at its limit", finish: "maxTokens", words: "stopped at the limit of 2,000 tokens" },
    { name: "in a loop", finish: "loop", words: "stopped at a loop" },
    { name: "by a fault", finish: "failed", words: "failed" },
  ],
  ({ finish, words }) => {
    assert.equal(endWords(ended(finish)), words);
  },
);

table(
  "a run is called",
  [
    { name: "by its prompt", run: run({ header }), is: "book" },
    {
      name: "by its prompt before it has begun, and when it fails before",
      run: run({ identity: { name: "", promptFile: "film.prompty", canRunAgain: true } }),
      is: "film",
    },
    {
      name: "selected text",
      run: run({ identity: { name: "", promptFile: null, canRunAgain: true } }),
      is: "Selected text",
    },
  ],
  ({ run: model, is }) => {
    assert.equal(runName(model), is);
  },
);
