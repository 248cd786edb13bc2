// Which evaluations agree in all bits, of a model on a device: probed once, before the first reproducible run or in idle
// time, and kept in the cache folder. A damaged or foreign file is not an error: the model is probed again.
import { readFile } from "node:fs/promises";
import { arch, cpus } from "node:os";
import { join } from "node:path";
import * as Type from "typebox";
import { Value } from "typebox/value";
import { CostModel, type BatchClass } from "../../../core/laser/index.ts";
import {
  guessCosts,
  keepsGraphs,
  LIBRARY_VERSION,
  probeBatches,
  threadChoicesOf,
  type Engine,
} from "../../engine/index.ts";
import { writeFileAtomic } from "../../files/index.ts";
import { cacheKey, deviceFacts } from "./cacheKey.ts";

/** Increment when the method of probing or of choosing changes. */
const PROBE_VERSION = 1;

const SizesSchema = Type.Array(
  Type.Object({
    threads: Type.Integer({ minimum: 1 }),
    sizes: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }),
  }),
  { minItems: 1 },
);

const FileSchema = Type.Object({
  chosen: Type.Union([
    Type.Null(),
    Type.Object({
      anywhere: SizesSchema,
      early: Type.Union([
        Type.Null(),
        Type.Object({ before: Type.Integer({ minimum: 0 }), counts: SizesSchema }),
      ]),
      trees: Type.Boolean(),
    }),
  ]),
  isComplete: Type.Boolean(),
});

/** What is known of a model's batches. */
export interface KnownBatches {
  /** The class that reproducible runs stay in; null if no batches agree. */
  readonly chosen: BatchClass | null;
  /** False if only a few were tried, as the machine was slow. */
  readonly isComplete: boolean;
}

export interface FindBatches {
  /** null: nothing is kept. */
  readonly cacheDir: string | null;
  readonly now: () => number;
  readonly signal: { readonly aborted: boolean };
  /** Whether a slow machine is given all the time that it takes. */
  readonly isPatient?: boolean;
  readonly onProgress?: (share: number) => void;
}

/** Of engines in use: sessions may share one. */
const known = new WeakMap<Engine["target"], KnownBatches>();

/**
 * What an earlier probe found, or else a new one finds; null if that was stopped. Must not overlap with a run.
 * @throws whatever the target throws
 */
export async function findBatches(engine: Engine, options: FindBatches): Promise<KnownBatches | null> {
  const { cacheDir, now, signal, isPatient = false, onProgress } = options;
  const path = cacheDir === null ? null : join(cacheDir, "batches", `${keyOf(engine)}.json`);
  const before = known.get(engine.target) ?? (path === null ? null : await readBatches(path));
  if (before !== null && (before.isComplete || !isPatient)) {
    known.set(engine.target, before);
    return before;
  }
  const found = await probeBatches(engine.target, {
    threadChoices: threadChoicesOf(engine.device),
    hasShapes: keepsGraphs(engine.device),
    costs: new CostModel(guessCosts(engine.device, engine.model)),
    now,
    signal,
    isPatient,
    ...(onProgress && { onProgress }),
  });
  if (found === null) return null;
  const kept = { chosen: found.chosen, isComplete: found.isComplete };
  known.set(engine.target, kept);
  // A failure to write costs the next session a probe, not this one its answer.
  if (path !== null) await writeFileAtomic(path, `${JSON.stringify(kept, null, 1)}\n`).catch(() => undefined);
  return kept;
}

/**
 * Everything that kernels are chosen by: the processor and devices, the library, the shapes and types of the weights, and
 * how long the context is. Not the file's name: a renamed model has the same kernels.
 */
function keyOf({ model, device, target }: Engine): string {
  const { architecture, vocabularySize, modelBytes, weightsFingerprint } = model;
  const facts = [
    [PROBE_VERSION, LIBRARY_VERSION, device.engine],
    [architecture, vocabularySize, modelBytes, weightsFingerprint],
    deviceFacts(device),
    [arch(), cpus()[0]?.model ?? null],
    [target.contextTokens, target.maxTreeLeaves > 1],
  ];
  return cacheKey(facts);
}

async function readBatches(path: string): Promise<KnownBatches | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return Value.Check(FileSchema, value) ? value : null;
  } catch {
    return null;
  }
}
