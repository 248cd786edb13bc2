// Real click models on an invented catalogue in which each user likes items that lie one way, and a real model's vectors.
import assert from "node:assert/strict";
import { test } from "vitest";
import { openEmbedder } from "../../server/engine/index.ts";
import {
  clickModelPython,
  evidenceOf,
  runClickModels,
  studyData,
  verdictOf,
  type Arm,
} from "../../server/evaluate/index.ts";
import { cacheFolder } from "../../server/files/index.ts";
import { testModelPath } from "../support/decoding/realModel.ts";
import { seededRandom } from "../support/random.ts";

const { signal } = new AbortController();
const ITEMS = 60;
const USERS = 120;
const ROWS_EACH = 24;
const DIMENSIONS = 6;

test("click models find the value of knowledge, and harm done to it", async () => {
  const random = seededRandom(5);
  const vector = (): Float32Array => Float32Array.from({ length: DIMENSIONS }, () => random.next() * 2 - 1);
  const vectors = Array.from({ length: ITEMS }, vector);
  const likes = (user: Float32Array, at: number): boolean =>
    user.reduce((sum, value, axis) => sum + value * vectors[at]![axis]!, 0) > 0;
  const tastes = Array.from({ length: USERS }, vector);
  const interactions = tastes.flatMap((taste, user) =>
    Array.from({ length: ROWS_EACH }, (_, row) => {
      const at = random.below(ITEMS);
      const rating = likes(taste, at) ? 5 : 2;
      return { user: `u${user}`, item: `i${at}`, rating, timeMs: row * USERS + user };
    }),
  );
  const items = vectors.map((_, at) => ({ id: `i${at}`, title: null, year: null, attributes: [] }));
  const texts = new Map(items.map(({ id }) => [id, ""]));
  const known = { name: "strict", path: "", texts, tokens: new Map(), failedRows: 0 };
  const data = studyData(items, interactions, [known], 4);
  assert.equal(data.items.length, ITEMS);
  const noise = Array.from({ length: ITEMS }, vector);
  const arms: Arm[] = [
    { name: "strict", vectors },
    { name: "the same", vectors },
    { name: "noise", vectors: noise },
  ];
  const python = await clickModelPython(cacheFolder(), true, {
    signal,
    env: process.env,
    onProgress: () => undefined,
  });
  let trained = 0;
  const study = await runClickModels(
    python,
    data,
    arms,
    { seeds: 2, resamples: 200, coldRows: 5 },
    {
      signal,
      env: process.env,
      onProgress: (done) => {
        trained = done;
      },
    },
  );
  assert.equal(trained, 2 * 5, "two seeds of none, shuffled and three arms");
  assert.equal(evidenceOf(study).kind, "helps", JSON.stringify(study.differences));
  const verdicts = study.differences
    .filter(({ against }) => against === "strict")
    .map(({ of, low, high }) => `${of}: ${verdictOf({ low, high }, 0.002).kind}`);
  assert.deepEqual(verdicts, ["the same: harmless", "noise: harmful"]);
  const { train, validation, test: tested } = study.rows;
  assert.equal(train + validation + tested, interactions.length);

  // Known facts of users alone, none of items, so that those must come from their vectors.
  const none = { path: "", texts: new Map(tastes.map((_, user) => [`u${user}`, ""])), tokens: new Map() };
  const parted = interactions.map((one, at) => ({
    ...one,
    part: [0, 1, 2][Math.floor((at % ROWS_EACH) / 8)]!,
  }));
  const ofUsers = studyData(items, parted, [known], 4, [{ ...none, name: "strict", failedRows: 0 }]);
  const userVectors = ofUsers.userIds.map((id) => tastes[Number(id.slice(1))]!);
  const found = await runClickModels(
    python,
    ofUsers,
    [
      { name: "strict", vectors, userVectors },
      { name: "other users", vectors, userVectors: userVectors.toReversed() },
    ],
    { seeds: 2, resamples: 200, coldRows: 5 },
    { signal, env: process.env, onProgress: () => undefined },
  );
  assert.deepEqual([found.rows.past, found.rows.test], [USERS * 8, USERS * 8], JSON.stringify(found.rows));
  assert.equal(evidenceOf(found).kind, "helps", JSON.stringify(found.differences));
  const [other] = found.differences.filter(({ of }) => of === "other users");
  assert.equal(verdictOf(other!, 0.002).kind, "harmful", JSON.stringify(found.differences));
});

test("a text's vector is finite, its own, and cut to the context", async () => {
  const embedder = await openEmbedder({
    path: testModelPath(),
    gpu: "off",
    contextTokens: 32,
    threads: 1,
    signal,
  });
  try {
    const one = await embedder.embed("A comedy about a train.");
    const again = await embedder.embed("A comedy about a train.");
    const other = await embedder.embed("A war film.");
    assert.equal(one.length, embedder.dimensions);
    assert.ok(one.every(Number.isFinite));
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, other);
    assert.equal(embedder.cutTexts, 0);
    await embedder.embed("word ".repeat(100));
    assert.equal(embedder.cutTexts, 1);
    assert.deepEqual(await embedder.embed(""), new Float32Array(embedder.dimensions));
  } finally {
    await embedder.dispose();
  }
});
