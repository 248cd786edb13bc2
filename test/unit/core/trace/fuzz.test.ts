// The reader against anything that may be in a file: it takes a text or refuses it in words, and what it takes serves
// everything after it. LASER_FUZZ_SEEDS=1-20000 tries more values than those of every day.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "vitest";
import { describeError } from "../../../../core/base/index.ts";
import { parseTrace, TraceError, type Trace, type TraceFault } from "../../../../core/trace/index.ts";
import { VALID_MUTATIONS } from "../../../support/trace/validMutations.ts";
import { forAll, runsOf } from "../../../support/property.ts";
import { useEverywhere } from "../../../support/trace/traceConsumers.ts";
import { mutatedTraces, type Mutated } from "../../../support/trace/traceMutations.ts";

const fixtures = ["v1.lasertrace", "v2.lasertrace", "v2-tree.lasertrace", "crashers/sound.lasertrace"].map(
  (name) => readFileSync(new URL(`../../../fixtures/traces/${name}`, import.meta.url), "utf8"),
);

/** What a failure prints: the name of the change, not the whole trace. */
const traces = mutatedTraces(fixtures).map((value) => ({
  ...value,
  [fc.toStringMethod]: () => labelOf(value),
}));

const labelOf = ({ name, text }: Mutated): string => `${name.slice(0, 200)} in ${text.slice(0, 2000)}`;

type Read = { readonly trace: Trace } | { readonly fault: TraceFault };

function read(text: string): Read {
  try {
    return { trace: parseTrace(text) };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const { message, nextStep } = describeError(error);
    assert.ok(message.length > 20 && nextStep.length > 20, message);
    assert.ok(message.length < 1000, `${message.length} characters`);
    assert.doesNotMatch(message, /undefined|\[object|NaN/);
    return { fault: error.fault };
  }
}

test("any text is accepted or refused in words, and an accepted one serves everything after the reader", () => {
  const met = new Map<string, number>();
  const meet = (what: string): unknown => met.set(what, (met.get(what) ?? 0) + 1);
  forAll(traces, 200, ({ name, text, from }) => {
    const found = read(text);
    const isGentle = name.startsWith("gentle");
    meet("trace" in found ? (isGentle ? "gentle" : "taken") : found.fault.tag);
    if ("trace" in found) useEverywhere(found.trace, from);
    else assert.ok(!isGentle, `refused: ${JSON.stringify(found.fault)}`);
  });
  const cases = runsOf(200);
  const shareOf = (...names: string[]): number =>
    names.reduce((sum, name) => sum + (met.get(name) ?? 0), 0) / cases;
  const taken = shareOf("gentle", "taken");
  console.info(
    `${cases} cases, ${(100 * taken).toFixed(1)} % taken, ${(100 * (1 - taken)).toFixed(1)} % refused: ${JSON.stringify(Object.fromEntries(met))}`,
  );
  assert.ok(taken > 0.05 && taken < 0.95, `${taken} taken`);
  // Not only what is gentle by construction is taken, and texts are refused at every gate.
  for (const what of ["taken", "traceNotJson", "traceInvalid", "traceInconsistent"])
    assert.ok(shareOf(what) > 0.05, `${what}: ${shareOf(what)}`);
});

test("each gentle change occurs, by name", () => {
  const names = fc.sample(traces, { seed: 1, numRuns: 400 }).map(({ name }) => name);
  const missing = VALID_MUTATIONS.filter(({ name }) => !names.includes(`gentle: ${name}`));
  assert.deepEqual(missing, []);
});
