// npm run bench:strict:types -- [--types F16,Q4_K] [--gpu off|cuda|…] [--tokens 240] [--temperatures 0,0.8,1.2] [--seeds 4]
//   [--threads N] [--any]
// Strict against plain decoding on small random models of every weight type: prints comparisons, those that diverged, and
// the class that reproducible runs stay in. Exit code 1 if answers diverge although a class was found.
// --any: without classes, each token alone or in any batch, to see what they are for.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { messageOf } from "../../../core/base/index.ts";
import { ANY_BATCH, batchesOf, CostModel } from "../../../core/laser/index.ts";
import {
  guessCosts,
  keepsGraphs,
  probeBatches,
  threadChoicesOf,
  type Engine,
  type GpuChoice,
} from "../../../server/engine/index.ts";
import { STORAGE, type WeightType } from "../shapes/weights.ts";
import { classText, compareStrict, withRandomModel, type Comparisons } from "./randomModel.ts";

const { values } = parseArgs({
  options: {
    types: { type: "string", default: Object.keys(STORAGE).join() },
    gpu: { type: "string", default: "off" },
    tokens: { type: "string", default: "240" },
    temperatures: { type: "string", default: "0,0.8,1.2" },
    seeds: { type: "string", default: "4" },
    threads: { type: "string" },
    any: { type: "boolean", default: false },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const isType = (name: string): name is WeightType => name in STORAGE;

say(
  `${cpus()[0]?.model.trim() ?? "unknown processor"}; ${values.tokens} tokens, temperatures ${values.temperatures}, ${values.seeds} seeds`,
);
let made = 0;
let parted = 0;
let bits = 0;
for (const type of values.types.split(",")) {
  if (!isType(type)) throw new RangeError(`there is no type ${type}: ${Object.keys(STORAGE).join(", ")}`);
  const maxThreads = values.threads === undefined ? {} : { maxThreads: Number(values.threads) };
  try {
    const found = await withRandomModel(type, { gpu: values.gpu as GpuChoice, ...maxThreads }, compared);
    made += found.made;
    parted += found.parted.length;
    bits += found.bits;
  } catch (error) {
    say(`${type.padEnd(8)} not measured: ${messageOf(error)}`);
  }
}
say(`in all: ${parted} of ${made} comparisons parted, ${bits} had other bits`);
if (bits > 0 && !values.any) process.exitCode = 1;

async function compared({ target, device, model }: Engine): Promise<Comparisons> {
  const name = model.name.split(" ").at(-1)!.padEnd(8);
  const into: Comparisons = { made: 0, parted: [], bits: 0 };
  const startedAt = performance.now();
  const probed = await probeBatches(target, {
    threadChoices: threadChoicesOf(device),
    hasShapes: keepsGraphs(device),
    costs: new CostModel(guessCosts(device, model)),
    now: () => performance.now(),
    signal: { aborted: false },
    isPatient: true,
  });
  const probeMs = performance.now() - startedAt;
  const chosen = probed?.chosen ?? null;
  if (chosen === null && !values.any) {
    const groups = probed?.groups.map((group) => group.map(({ sizes }) => sizes.join(" ")).join()) ?? [];
    say(`${name} no class: not reproducible on ${device.backend} (first rows: ${groups.join(" | ")})`);
    return into;
  }
  const batches =
    values.any || chosen === null
      ? ANY_BATCH
      : batchesOf(chosen, target.contextTokens + (target.fillerTokens ?? 0));
  const trees = target.maxTreeLeaves > 1 && (values.any || chosen?.trees === true);
  for (const temperature of values.temperatures.split(",").map(Number))
    for (let seed = 1; seed <= Number(values.seeds); seed++)
      await compareStrict(target, batches, { temperature, seed, tokens: Number(values.tokens), trees }, into);
  const places = into.parted.length === 0 ? "" : `, first at token ${Math.min(...into.parted)}`;
  const batchText = values.any || chosen === null ? "any batch" : classText(chosen);
  say(
    `${name} ${into.parted.length} of ${into.made} parted${places}, ${into.bits} with other bits; ${device.backend}: ${batchText} (tried in ${(probeMs / 1000).toFixed(1)} s)`,
  );
  return into;
}
