// What `laser estimate --json` prints is what the model page reads.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parse } from "../../../../core/base/index.ts";
import { EstimateSchema } from "../../../../extension/shared/modelPage.ts";
import { estimateObject, type EstimateReport } from "../../../../server/cli/bench/estimateOutput.ts";
import { smallTrace } from "../../core/trace/smallRun.ts";

test("an estimate of the command is one of the page", () => {
  const { model, device } = smallTrace();
  const interval = { value: 1.5, low: 1.25, high: 1.75 };
  const costs = { points: [{ tokens: 1, threads: 1, baseMs: 10, msPerContextToken: 0.01 }] };
  const report = {
    estimate: {
      ...{ answers: 10, repeated: 1, folds: 5, tokens: 100, steps: 50, drafted: 80, kept: 50, slower: 0 },
      ...{ edl: interval, edlAllSent: interval, speedUp: interval, medianSpeedUp: interval },
      ...{ plainTokensPerSecond: 20, tokensPerSecond: 30 },
    },
    ...{ file: "answers.jsonl", tokenIds: "tokenized", promptsKnown: true, model, device, costs },
  } as unknown as EstimateReport;
  const read = parse(EstimateSchema, JSON.parse(JSON.stringify(estimateObject(report))) as unknown);
  assert.ok(read !== null, "the page does not read it");
  assert.equal(
    read.verdict,
    "LASER would write such answers 1.50× as fast as plain decoding here (95 %: 1.25–1.75).",
  );
  assert.deepEqual([read.speedUp, read.costs, read.answers], [interval, costs.points, 10]);
  assert.match(read.definitions.speedUp ?? "", /plain decoding ÷/);
});
