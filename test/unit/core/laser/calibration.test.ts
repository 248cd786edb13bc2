// Expected against observed: what the counts say, and how they correct chances.
import assert from "node:assert/strict";
import { test } from "vitest";
import { Calibration } from "../../../../core/laser/index.ts";
import { seededRandom } from "../../../support/random.ts";

test("counts stated and kept tokens by bin", () => {
  const calibration = new Calibration();
  for (const [chance, kept] of [
    [0.05, false],
    [0.55, true],
    [0.58, false],
    [1, true],
  ] as const)
    calibration.observe(chance, kept);
  const rows = calibration.rows();
  assert.equal(rows.length, 10);
  assert.deepEqual([rows[0]!.tokens, rows[0]!.accepted], [1, 0]);
  assert.deepEqual([rows[5]!.from, rows[5]!.to, rows[5]!.tokens, rows[5]!.accepted], [0.5, 0.6, 2, 1]);
  assert.ok(Math.abs(rows[5]!.expectedAccepted - 1.13) < 1e-12);
  assert.deepEqual([rows[9]!.tokens, rows[9]!.expectedAccepted, rows[9]!.accepted], [1, 1, 1]);
});

test("true probabilities are kept, wrong ones approach the observed rate", () => {
  const random = seededRandom(3);
  for (const [named, real] of [
    [0.35, 0.35],
    [0.95, 0.95],
    [0.85, 0.2],
    [0.15, 0.7],
  ] as const) {
    const calibration = new Calibration();
    for (let i = 0; i < 20_000; i++) calibration.observe(named, random.next() < real);
    const corrected = calibration.calibrate(named);
    assert.ok(Math.abs(corrected - real) < 0.02, `${named} became ${corrected}, not ${real}`);
  }
});

test("before any observation every probability stays, and those of a bin keep their order", () => {
  const calibration = new Calibration();
  for (const chance of [0, 0.1, 0.37, 0.99, 1])
    assert.ok(Math.abs(calibration.calibrate(chance) - chance) < 1e-12);
  for (let i = 0; i < 100; i++) calibration.observe(0.95, i % 2 === 0);
  assert.ok(calibration.calibrate(0.92) < calibration.calibrate(0.98));
  assert.equal(calibration.calibrate(0), 0);
  assert.equal(calibration.calibrate(1), 1);
});

test("a bounded memory forgets: the last tokens decide", () => {
  const calibration = new Calibration(50);
  for (let i = 0; i < 1000; i++) calibration.observe(0.95, true);
  for (let i = 0; i < 300; i++) calibration.observe(0.95, false);
  assert.ok(calibration.calibrate(0.95) < 0.2);
  assert.ok(calibration.rows()[9]!.tokens <= 51);
});
