// The chances that a drafter gives its tokens, against what became of them in a replay of the scripted recordings.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "vitest";
import { readRecordings, vocabularyOf } from "../../../../server/bench/index.ts";
import { Pool, RetrievalDrafter } from "../../../../core/laser/index.ts";
import { repositoryFolder } from "../../../support/check.ts";

/** Chance and outcome of every drafted token that was reached, in order. */
async function outcomes(): Promise<{ chance: number; kept: boolean }[]> {
  const recordings = await readRecordings(
    path.join(repositoryFolder, "test", "fixtures", "recordings", "scripted.jsonl"),
  );
  const pool = Pool.build(recordings.slice(0, 12).map(({ out }) => out));
  const drafter = new RetrievalDrafter(vocabularyOf(recordings), pool);
  const found: { chance: number; kept: boolean }[] = [];
  for (const { prompt, out } of recordings.slice(12)) {
    drafter.begin(prompt);
    for (let place = 0; place < out.length;) {
      const draft = drafter.draft(Math.min(15, out.length - place - 1));
      let kept = 0;
      for (let right = true; right && kept < draft.length;) {
        right = draft.tokens[kept] === out[place + kept];
        found.push({ chance: draft.acceptanceProbabilities[kept]!, kept: right });
        if (right) kept++;
      }
      drafter.commit([...out.subarray(place, place + kept + 1)]);
      place += kept + 1;
    }
  }
  return found;
}

const logLoss = (given: readonly { chance: number; kept: boolean }[]): number =>
  given.reduce((sum, { chance, kept }) => sum - Math.log(kept ? chance : 1 - chance), 0) / given.length;

test("chances predict far better than the mean, from the first answer on", async () => {
  const found = await outcomes();
  assert.ok(found.length > 1000, `${found.length} tokens`);
  const mean = found.filter(({ kept }) => kept).length / found.length;
  const blind = logLoss(found.map(({ kept }) => ({ chance: mean, kept })));
  assert.ok(logLoss(found) < blind * 0.75, `${logLoss(found)} against ${blind}`);
});

test("chances are calibrated: in each third of them about as many are kept as they say", async () => {
  const found = (await outcomes()).sort((a, b) => a.chance - b.chance);
  const third = Math.ceil(found.length / 3);
  for (let from = 0; from < found.length; from += third) {
    const these = found.slice(from, from + third);
    const said = these.reduce((sum, { chance }) => sum + chance, 0) / these.length;
    const kept = these.filter((one) => one.kept).length / these.length;
    assert.ok(Math.abs(said - kept) < 0.06, `said ${said}, kept ${kept}, from ${from}`);
  }
});
