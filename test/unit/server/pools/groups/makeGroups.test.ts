// Groups out of interactions, vectors and files: planted structure is found, the mathematics holds, and the same seed
// gives the same groups.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { finish, type InPieces } from "../../../../../core/base/index.ts";
import {
  groupsAtRandom,
  groupsByAttribute,
  groupsByInteractions as groupingByInteractions,
  groupsByVectors as groupingByVectors,
  GROUP_MAPPINGS,
  kMeans as kMeansInPieces,
  PoolError,
  silhouette as silhouetteInPieces,
  tableOf,
  transposed,
  userVectors as userVectorsInPieces,
  zeros,
  type Interaction,
  type Matrix,
  type OnGroupStep,
} from "../../../../../server/pools/index.ts";
import { orthonormalising, symmetricEigen } from "../../../../../server/pools/groups/matrix.ts";
import { below, forAll, listOf } from "../../../../support/property.ts";
import { seededRandom } from "../../../../support/random.ts";

const atOnce =
  <A extends readonly unknown[], T>(work: (...args: A) => InPieces<T>) =>
  (...args: A): T =>
    finish(work(...args));

const groupsByInteractions = atOnce(groupingByInteractions);
const groupsByVectors = atOnce(groupingByVectors);
const kMeans = atOnce(kMeansInPieces);
const silhouette = atOnce(silhouetteInPieces);
const userVectors = atOnce(userVectorsInPieces);
const orthonormalise = atOnce(orthonormalising);

/** Users 0 … 59 like items of their own third, and now and then any. */
function planted(seed: number): Interaction[] {
  const random = seededRandom(seed);
  return Array.from({ length: 60 }, (_, user) =>
    Array.from({ length: 14 }, (): Interaction => {
      const third = random.next() < 0.85 ? user % 3 : random.below(3);
      return { user: `u${user}`, item: `i${third * 20 + random.below(20)}`, weight: 1 };
    }),
  ).flat();
}

const CHOICE = {
  of: "users",
  dimensions: 8,
  minInteractions: 5,
  fallback: null,
  seed: 3,
} as const;

test("collaborative groups are those that were planted, their number included, for users and items", async () => {
  for (let seed = 1; seed <= 3; seed++) {
    const interactions = await tableOf(planted(seed));
    for (const [of, third] of [
      ["users", (key: string) => Number(key.slice(1)) % 3],
      ["items", (key: string) => Math.floor(Number(key.slice(1)) / 20)],
    ] as const) {
      const groups = groupsByInteractions("t", interactions, { ...CHOICE, of, ks: [2, 3, 4, 5] });
      assert.equal(groups.made.k, 3);
      assert.ok(groups.made.silhouette! > 0.3);
      const names = new Map(Object.entries(groups.subjects).map(([key, group]) => [third(key), group]));
      const entries = Object.entries(groups.subjects);
      const right = entries.filter(([key, group]) => names.get(third(key)) === group).length;
      assert.ok(right >= entries.length * 0.95, `${of}, seed ${seed}: ${right} of ${entries.length}`);
    }
  }
});

test("the same seed gives the same groups, and subjects with few interactions are counted instead", async () => {
  const interactions = [
    ...planted(1),
    { user: "cold", item: "i1", weight: 1 },
    { user: "cold", item: "i2", weight: 5 },
  ];
  const make = async () => groupsByInteractions("t", await tableOf(interactions), { ...CHOICE, ks: [3] });
  const groups = await make();
  assert.deepEqual(groups, await make());
  assert.deepEqual(groups.few, { cold: 2 });
  assert.ok(!("cold" in groups.subjects));
  await assert.rejects(
    async () => groupsByInteractions("t", await tableOf([]), { ...CHOICE, ks: [3] }),
    PoolError,
  );
});

/** Singular values of the normalised matrix, from its full Gram matrix. */
function exactGram(rows: Interaction[], users: readonly string[]): Matrix {
  const sums = (key: "user" | "item") => {
    const totals = new Map<string, number>();
    for (const one of rows) totals.set(one[key], (totals.get(one[key]) ?? 0) + one.weight);
    return totals;
  };
  const [ofUser, ofItem] = [sums("user"), sums("item")];
  const items = [...ofItem.keys()];
  const dense = zeros(users.length, items.length);
  for (const { user, item, weight } of rows)
    dense.values[users.indexOf(user) * items.length + items.indexOf(item)]! +=
      weight / Math.sqrt(ofUser.get(user)! * ofItem.get(item)!);
  const gram = zeros(users.length, users.length);
  for (let a = 0; a < users.length; a++)
    for (let b = 0; b < users.length; b++)
      for (let i = 0; i < items.length; i++)
        gram.values[a * users.length + b]! +=
          dense.values[a * items.length + i]! * dense.values[b * items.length + i]!;
  return gram;
}

test("user vectors span what the exact singular vectors span", async () => {
  const rows = planted(5).filter(({ user }) => Number(user.slice(1)) < 24);
  const interactions = await tableOf(rows);
  const dimensions = 2;
  const vectors = userVectors(interactions, { dimensions, seed: 1, rounds: 40 });
  const users = interactions.userKeys;
  const { values, vectors: exact } = symmetricEigen(exactGram(rows, users));
  // The first singular value of a degree-normalised matrix is 1, and its vector is left out.
  assert.ok(Math.abs(values[0]! - 1) < 1e-9);
  // Angles between users, which is all that clusters see, agree.
  const scaled = zeros(users.length, dimensions);
  for (let row = 0; row < users.length; row++)
    for (let i = 0; i < dimensions; i++)
      scaled.values[row * dimensions + i] =
        exact.values[row * users.length + i + 1]! * Math.sqrt(values[i + 1]!);
  const cosine = (matrix: Matrix, a: number, b: number): number => {
    const dot = (x: number, y: number) => {
      let sum = 0;
      for (let i = 0; i < dimensions; i++)
        sum += matrix.values[x * dimensions + i]! * matrix.values[y * dimensions + i]!;
      return sum;
    };
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  for (let a = 0; a < users.length; a++)
    for (let b = 0; b < a; b++)
      assert.ok(
        Math.abs(cosine(vectors, a, b) - cosine(scaled, a, b)) < 1e-3,
        `${a} ${b}: ${cosine(vectors, a, b)}, ${cosine(scaled, a, b)}`,
      );
  assert.equal(
    userVectors(transposed(interactions), { dimensions, seed: 1 }).rows,
    interactions.itemKeys.length,
  );
});

const matrices = fc
  .record({ rows: fc.integer({ min: 2, max: 9 }), columns: fc.integer({ min: 1, max: 5 }) })
  .chain(({ rows, columns }) =>
    listOf(below(7), rows * columns, rows * columns).map((cells): Matrix => ({
      rows,
      columns,
      values: Float64Array.from(cells),
    })),
  );

test("eigenvectors rebuild their matrix, and orthonormal columns are", () => {
  forAll(matrices, 60, ({ rows: n, columns, values }) => {
    const symmetric = zeros(n, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        symmetric.values[i * n + j] = values[i * columns]! * values[j * columns]! + (i === j ? i : 0);
    const { values: eigen, vectors } = symmetricEigen(symmetric);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++)
          sum += eigen[k]! * vectors.values[i * n + k]! * vectors.values[j * n + k]!;
        assert.ok(Math.abs(sum - symmetric.values[i * n + j]!) < 1e-8);
      }
    const basis = { rows: n, columns, values: values.slice() };
    orthonormalise(basis);
    for (let a = 0; a < columns; a++)
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let row = 0; row < n; row++)
          dot += basis.values[row * columns + a]! * basis.values[row * columns + b]!;
        const isUnit = a === b && Math.abs(dot - 1) < 1e-9;
        assert.ok(isUnit || Math.abs(dot) < 1e-9, `${a} ${b}: ${dot}`);
      }
  });
});

test("k-means: every row is nearest to its own cluster's mean, larger clusters come first", () => {
  forAll(fc.record({ points: matrices, k: fc.integer({ min: 1, max: 3 }) }), 80, ({ points, k }) => {
    if (k > points.rows) return;
    const { assigned } = kMeans(points, k, 7);
    assert.deepEqual(assigned, kMeans(points, k, 7).assigned);
    const sizes = new Array<number>(k).fill(0);
    const means = zeros(k, points.columns);
    assigned.forEach((cluster, row) => {
      sizes[cluster]!++;
      for (let i = 0; i < points.columns; i++)
        means.values[cluster * points.columns + i]! += points.values[row * points.columns + i]!;
    });
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => b - a),
    );
    const distance = (row: number, cluster: number): number => {
      let sum = 0;
      for (let i = 0; i < points.columns; i++)
        sum +=
          (points.values[row * points.columns + i]! -
            means.values[cluster * points.columns + i]! / sizes[cluster]!) **
          2;
      return sum;
    };
    assigned.forEach((own, row) => {
      for (let other = 0; other < k; other++)
        if (sizes[other]! > 0) assert.ok(distance(row, own) <= distance(row, other) + 1e-9);
    });
  });
});

test("the silhouette of far clusters is near 1, of one cluster unknown", () => {
  const points = { rows: 6, columns: 1, values: Float64Array.of(0, 0.1, 0.2, 100, 100.1, 100.2) };
  assert.ok(silhouette(points, kMeans(points, 2, 1), 1)! > 0.99);
  assert.ok(silhouette(points, kMeans(points, 3, 1), 1)! < 0.9);
  assert.equal(silhouette(points, kMeans(points, 1, 1), 1), null);
});

test("random groups have equal sizes; vectors of one direction stay together whatever their length", () => {
  const keys = Array.from({ length: 10 }, (_, i) => `k${i}`);
  const groups = groupsAtRandom("t", keys, 3, 1);
  const sizes = new Map<string, number>();
  for (const group of Object.values(groups.subjects)) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  assert.deepEqual([...sizes.values()].sort(), [3, 3, 4]);
  assert.notDeepEqual(groups.subjects, groupsAtRandom("t", keys, 3, 2).subjects);
  const vectors = { rows: 4, columns: 2, values: Float64Array.of(1, 0, 90, 1, 0, 1, 1, 80) };
  const { subjects } = groupsByVectors("t", ["a", "b", "c", "d"], vectors, { ks: [2], seed: 1 });
  assert.equal(subjects.a, subjects.b);
  assert.equal(subjects.c, subjects.d);
  assert.notEqual(subjects.a, subjects.c);
});

test("attribute groups by the first genre", () => {
  const rows = [
    { subject: "m1", attributes: { genre: "Comedy|Drama" } },
    { subject: "m2", attributes: { genre: "Crime" } },
    { subject: "m3", attributes: {} },
  ];
  const plain = groupsByAttribute("rows", rows, { name: "genre", mapping: null, other: null });
  assert.deepEqual(plain.subjects, { m1: "Comedy", m2: "Crime" });
  const nine = groupsByAttribute("rows", rows, { name: "genre", ...GROUP_MAPPINGS["movielens-9"]! });
  assert.deepEqual(nine.subjects, { m1: "Comedy", m2: "Action+Crime", m3: "Western+Film-Noir" });
});

test("what takes long is done in many pieces, whose shares grow, so that it can be stopped", async () => {
  const interactions = await tableOf(planted(1));
  const steps: [string, number][] = [];
  const onStep: OnGroupStep = (...step) => steps.push(step);
  const work = groupingByInteractions("t", interactions, { ...CHOICE, ks: [2, 3], onStep });
  let pieces = 0;
  while (!work.next().done) pieces++;
  assert.equal(pieces > 100, true, `${pieces} pieces`);
  assert.deepEqual(
    steps,
    [...steps].sort(([a, i], [b, j]) => (a === b ? i - j : a > b ? -1 : 1)),
    "vectors, then clusters",
  );
  assert.deepEqual(new Set(steps.map(([step]) => step)), new Set(["vectors", "clusters"]));
});
