// The scan of a row against a float64 reference, in both builds: edge cases as a table, and rows made up from seeds.
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { EngineError } from "../../../../../server/engine/errors.ts";
import { compileScan, RowScanner } from "../../../../../server/engine/rows/rowScanner.ts";
import { table } from "../../../../support/check.ts";
import { below, forAll } from "../../../../support/property.ts";
import { seededRandom } from "../../../../support/random.ts";

function compiled(build: "simd" | "relaxedSimd"): WebAssembly.Module {
  const module = compileScan(build);
  assert.ok(module !== null, `${build}: every Node from 20 on has it`);
  return module;
}
const BUILDS = [
  { build: compiled("simd"), name: "simd", error: 2.5e-6 },
  { build: compiled("relaxedSimd"), name: "relaxed simd", error: 1e-6 },
];

interface Scan {
  readonly ids: number[];
  readonly logits: number[];
  readonly logSum: number;
}

function reference(row: readonly number[], k: number): Scan {
  const values = Float32Array.from(row);
  const ids = [...values.keys()].sort((a, b) => (values[a] === values[b] ? a - b : values[b]! - values[a]!));
  const largest = values[ids[0]!]!;
  const sum = values.reduce((total, value) => total + Math.exp(value - largest), 0);
  const best = ids.slice(0, k);
  const logSum = largest === -Infinity ? largest : largest + Math.log(sum);
  return { ids: best, logits: best.map((id) => values[id]!), logSum };
}

/** Scans the row as the second of two, whose neighbour would win every place, and writes to the middle of arrays. */
function scan(build: WebAssembly.Module, row: readonly number[], k: number): Scan {
  const scanner = new RowScanner(row.length, 2, k, build);
  scanner.row(0).fill(1e30);
  scanner.row(1).set(row);
  const width = Math.min(k, row.length);
  const ids = new Int32Array(width + 2).fill(-7);
  const logits = new Float32Array(width + 2).fill(-7);
  const logSum = scanner.scan(1, k, ids, logits, 1);
  assert.deepEqual([ids[0], ids[width + 1], logits[0], logits[width + 1]], [-7, -7, -7, -7]);
  return { ids: [...ids.subarray(1, -1)], logits: [...logits.subarray(1, -1)], logSum };
}

/** The second of two, of which the first has a larger one. */
function largest(build: WebAssembly.Module, row: readonly number[]): number {
  const scanner = new RowScanner(row.length, 2, 1, build);
  scanner.row(0).fill(1e30);
  scanner.row(1).set(row);
  return scanner.largest(1);
}

function check(row: readonly number[], k: number): void {
  const want = reference(row, k);
  for (const { build, name, error } of BUILDS) {
    const found = scan(build, row, k);
    assert.deepEqual(found.ids, want.ids, name);
    assert.deepEqual(found.logits, want.logits, name);
    // What is far from 0 has no digits for the difference itself.
    assert.equal(largest(build, row), want.ids[0], name);
    const off = found.logSum === want.logSum ? 0 : Math.abs(found.logSum - want.logSum);
    assert.ok(off <= error + Math.abs(want.logSum) * 1e-15, `${name}: ${found.logSum}, not ${want.logSum}`);
  }
}

const spread = (length: number, value: (i: number) => number): number[] =>
  Array.from({ length }, (_, i) => value(i));

const ROWS: { name: string; row: number[]; k: number }[] = [
  { name: "one token", row: [3.5], k: 1 },
  { name: "k beyond the vocabulary", row: [1, 3, 2, 3, -Infinity], k: 9 },
  { name: "all equal", row: spread(1000, () => 7.3), k: 5 },
  { name: "all equal and k beyond the number of blocks", row: spread(1000, () => -0.3), k: 128 },
  { name: "all −∞", row: spread(130, () => -Infinity), k: 3 },
  { name: "one above −∞", row: spread(130, (i) => (i === 77 ? 2 : -Infinity)), k: 130 },
  { name: "0 and −0 are equal", row: [-0, 0, -1, -0, 0], k: 4 },
  { name: "largest in one block", row: spread(6400, (i) => (i >= 640 && i < 704 ? i : i / 1e4)), k: 80 },
  { name: "largest twice, in different parts", row: spread(9000, (i) => (i % 2500 === 77 ? 5 : 4)), k: 2 },
  { name: "none above 0", row: spread(300, (i) => -Math.abs(i - 200)), k: 3 },
  { name: "all below 0", row: spread(300, (i) => -1 - Math.abs(i - 200)), k: 3 },
  { name: "ascending", row: spread(5001, (i) => i / 400), k: 200 },
  { name: "descending", row: spread(5003, (i) => -i / 400), k: 200 },
  { name: "ties at the last place", row: spread(4096, (i) => (i % 512 === 100 ? 2 : 1)), k: 20 },
  { name: "every size that is not 64", row: spread(127, (i) => Math.sin(i)), k: 127 },
  { name: "a large logit that is unshifted", row: spread(200, (i) => (i === 3 ? 44 : 43.9)), k: 4 },
  { name: "logits that e^x can't hold", row: [500, 499, -500, 88.8, 100], k: 3 },
  { name: "logits so low that e^x is 0", row: spread(300, (i) => -200 - i / 100), k: 3 },
  { name: "the largest floats", row: [3.4e38, -3.4e38, 1e38, 3.4e38], k: 4 },
  { name: "subnormal", row: [1e-40, -1e-40, 0, 2e-40], k: 4 },
  { name: "a Llama 3 vocabulary", row: normalRow(128_256, 1), k: 128 },
];
table("row", ROWS, ({ row, k }) => {
  check(row, k);
});

/** Normal logits, some high ones: as a language model's rows look. */
function normalRow(length: number, seed: number): number[] {
  const random = seededRandom(seed);
  const row = spread(length, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    return 2.5 * radius * Math.cos(2 * Math.PI * random.next());
  });
  for (let i = 0; i < 20; i++) row[random.below(length)] = 12 + 10 * random.next();
  return row;
}

test("rows as models give them", () => {
  const rows = fc.record({ length: below(9000), k: below(300), seed: fc.nat() });
  forAll(rows, 60, ({ length, k, seed }) => {
    check(normalRow(length + 1, seed), k + 1);
  });
});

test("any floats, with ties and −∞", () => {
  const logit = fc.oneof(
    fc.float({ noNaN: true }).filter((value) => value < Infinity),
    fc.constantFrom(-Infinity, -0, 0, 1, 20),
    fc.float({ noNaN: true, min: -30, max: 30 }),
  );
  const rows = fc.record({
    row: fc.array(logit, { minLength: 1, maxLength: 700, size: "max" }),
    k: fc.integer({ min: 1, max: 800 }),
  });
  forAll(rows, 150, ({ row, k }) => {
    check(row, k);
  });
});

/** As processors make it. */
function signedNaN(): number {
  return new Float32Array(Uint32Array.of(0xffc00000).buffer)[0]!;
}

const UNUSABLE = [
  { name: "NaN", logit: NaN, says: "the logit of token 70 is NaN" },
  { name: "NaN with a sign", logit: signedNaN(), says: "the logit of token 70 is NaN" },
  { name: "+∞", logit: Infinity, says: "the logit of token 70 is Infinity" },
];
for (const { build, name: buildName } of BUILDS) {
  describe(buildName, () => {
    table("a logit that no probability follows from", UNUSABLE, ({ logit, says }) => {
      for (const other of [1, 1e38, -Infinity, logit]) {
        const row = spread(200, (i) => (i < 70 ? 1 : i === 70 ? logit : other));
        for (const read of [() => scan(build, row, 3), () => largest(build, row)])
          assert.throws(read, (error) => error instanceof EngineError && error.text.message.includes(says));
      }
    });
  });
}

test("rows stay where they are, and can be read after a scan", () => {
  const scanner = new RowScanner(100, 3, 4);
  const row = scanner.row(2);
  row.fill(1);
  scanner.scan(2, 4, new Int32Array(4), new Float32Array(4), 0);
  assert.equal(scanner.row(2), row);
  assert.deepEqual([...new Set(row)], [1]);
});

table(
  "outside",
  [
    { name: "a row", row: 2, k: 1 },
    { name: "no logits", row: 0, k: 0 },
    { name: "more than maxTopK", row: 0, k: 5 },
  ],
  ({ row, k }) => {
    const scanner = new RowScanner(100, 2, 4);
    assert.throws(() => scanner.scan(row, k, new Int32Array(9), new Float32Array(9), 0), RangeError);
  },
);
