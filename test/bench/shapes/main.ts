// npm run bench:shapes -- [--shape 135m-q4_0,1b-q4_0] [--model FILE,FILE] [--folder DIR] [--gpu off]
//   [--vocabulary 128256] [--make-only] [--json FILE]
// Makes models with random weights in the shape of published ones (a random model costs what a trained one costs) and
// prints T(n), what an evaluation of n tokens costs, for each engine.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Engine, GpuChoice } from "../../../server/engine/index.ts";
import { messageOf } from "../../../core/base/index.ts";
import { ENGINES, loadEngine } from "./engines.ts";
import { writeModel } from "./gguf.ts";
import { figuresOf, tableOf } from "./report.ts";
import { SHAPES, type Shape } from "./shapes.ts";
import { timeTargets } from "./timing.ts";

const { values } = parseArgs({
  options: {
    shape: { type: "string", default: "135m-q4_0" },
    model: { type: "string" },
    vocabulary: { type: "string" },
    folder: { type: "string", default: path.join(tmpdir(), "laser-shapes") },
    engine: { type: "string", default: ENGINES.join() },
    gpu: { type: "string", default: "off" },
    threads: { type: "string", default: String(availableParallelism()) },
    counts: { type: "string", default: "1,2,4,8,16,32,64" },
    depth: { type: "string", default: "256" },
    rounds: { type: "string", default: "15" },
    seconds: { type: "string", default: "60" },
    "make-only": { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const names = (list: string): string[] => list.split(",").filter((name) => name !== "");

const files =
  values.model === undefined ? names(values.shape).map((name) => make(shapeOf(name))) : names(values.model);
if (!values["make-only"]) {
  const depth = Number(values.depth);
  const counts = names(values.counts).map(Number);
  say(
    `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(2)}`,
  );
  say(`depth ${depth}, all rows wanted (128 logits each), engines in turn; median (10th–90th percentile)`);
  say("same n: after two evaluations of the same n. after 1: after a single token.");
  say("tree: n tokens as a random tree. keep: keeping its longest branch.");
  const results: object[] = [];
  for (const file of files) results.push(await timed(file, counts, depth));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
}

function shapeOf(name: string): Shape {
  const shape = SHAPES.find((known) => known.name === name);
  if (shape === undefined)
    throw new RangeError(
      `there is no shape ${name}; choose from ${SHAPES.map((known) => known.name).join(", ")}`,
    );
  const vocabularySize = Number(values.vocabulary ?? shape.vocabularySize);
  return vocabularySize === shape.vocabularySize
    ? shape
    : { ...shape, vocabularySize, name: `${shape.name}-v${vocabularySize}` };
}

/** The file of a shape, made unless it exists. */
function make(shape: Shape): string {
  mkdirSync(values.folder, { recursive: true });
  const file = path.join(values.folder, `random-${shape.name}.gguf`);
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return file;
  const begun = performance.now();
  const bytes = writeModel(file, shape);
  say(
    `made ${path.basename(file)}: ${(bytes / 1e9).toFixed(2)} GB in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
  );
  return file;
}

async function timed(file: string, counts: readonly number[], depth: number): Promise<object> {
  const engines = new Map<string, Engine>();
  try {
    for (const name of names(values.engine)) {
      const known = ENGINES.find((engine) => engine === name);
      if (known === undefined) throw new RangeError(`there is no engine ${name}: ${ENGINES.join(", ")}`);
      try {
        engines.set(name, await loadEngine(known, loadOptions(file, counts, depth)));
      } catch (error) {
        say(`${name}: not measured (${messageOf(error)})`);
      }
    }
    const [first] = engines.values();
    if (first === undefined) return { file: path.basename(file), engines: {} };
    const { model, device } = first;
    say("");
    say(
      `${path.basename(file)} · ${model.name} · ${model.vocabularySize} words · ${device.backend} ${device.names.join()}`,
    );
    const targets = [...engines.values()].map(({ target }) => target);
    const threads = Math.min(Number(values.threads), device.maxThreads);
    const times = await timeTargets(targets, {
      counts,
      depth,
      rounds: Number(values.rounds),
      seconds: Number(values.seconds),
      threads,
    });
    for (const [at, name] of [...engines.keys()].entries())
      for (const line of tableOf(name, times[at]!)) say(line);
    return {
      file: path.basename(file),
      model: model.name,
      vocabulary: model.vocabularySize,
      device,
      threads,
      depth,
      engines: Object.fromEntries([...engines.keys()].map((name, at) => [name, figuresOf(times[at]!)])),
    };
  } finally {
    for (const engine of engines.values()) await engine.dispose();
  }
}

function loadOptions(file: string, counts: readonly number[], depth: number) {
  return {
    path: file,
    gpu: values.gpu as GpuChoice,
    contextTokens: Math.ceil((depth + 2 * Math.max(...counts) + 16) / 256) * 256,
    maxThreads: Number(values.threads),
  };
}
