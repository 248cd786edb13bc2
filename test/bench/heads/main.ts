// npm run bench:heads -- [--heads 10000] [--seed 1] [--workers 2] [--model FILE] [--keep FOLDER]
// Damages the heads of small models and takes each through loading and a first evaluation in a child process; of --model, such as
// the demo model, only the head. Exits with status 1 if a process aborted or hung, took over 2 s of CPU time for a file or held
// over 200 MB.
import { build } from "esbuild";
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { repositoryFolder } from "../../support/check.ts";
import { seededRandom } from "../../support/random.ts";
import { HeadChild, type Answer } from "./children.ts";
import { damage, specimen, type Specimen } from "../../support/gguf/damage.ts";
import { smallModels } from "../../support/gguf/smallModels.ts";

const { values } = parseArgs({
  options: {
    heads: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    model: { type: "string" },
    keep: { type: "string" },
  },
});
const MAX_MS = 2000;
const MAX_BYTES = 200e6;
const FILES_PER_PROCESS = 400;
const MAX_HEAD_BYTES = 32e6;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const folder = mkdtempSync(path.join(tmpdir(), "laser-heads-"));
const specimens = Object.entries(smallModels()).map(([name, file]) => specimen(name, file));
if (values.model !== undefined) specimens.push(startOf(values.model));
const program = path.join(repositoryFolder, "dist", "headsChild.mjs");
await build({
  entryPoints: [path.join(repositoryFolder, "test/bench/heads/child.ts")],
  bundle: true,
  platform: "node",
  format: "esm",
  external: ["node-llama-cpp", "koffi"],
  outfile: program,
  logLevel: "error",
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
});

const heads = Number(values.heads);
const first = Number(values.seed);
const tally = new Map<string, number>();
const add = (key: string): void => void tally.set(key, (tally.get(key) ?? 0) + 1);
const failures: string[] = [];
let next = first;
let mostBytes = 0;
let mostMs = 0;
let mostCpuMs = 0;

try {
  await Promise.all(Array.from({ length: Number(values.workers) }, (_, at) => work(at)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
say(
  `${heads} damaged heads, seeds ${first} to ${first + heads - 1}, of ${specimens.map(({ name }) => name).join(" · ")}`,
);
for (const [key, number] of [...tally].sort((a, b) => b[1] - a[1]))
  say(`${String(number).padStart(7)}  ${key}`);
say(
  `longest ${(mostCpuMs / 1000).toFixed(2)} s of the processor, ${(mostMs / 1000).toFixed(2)} s in all; most memory ${(mostBytes / 1e6).toFixed(0)} MB`,
);
for (const failure of failures) say(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

/** The head of a large model, without its weights. */
function startOf(model: string): Specimen {
  const file = openSync(model, "r");
  try {
    const start = Buffer.alloc(MAX_HEAD_BYTES);
    const length = readSync(file, start, 0, start.length, 0);
    return specimen(path.basename(model), start.subarray(0, length), statSync(model).size);
  } finally {
    closeSync(file);
  }
}

async function work(at: number): Promise<void> {
  // What a large vocabulary leaves in memory is not counted against small models.
  const children = {
    load: new HeadChild(program, FILES_PER_PROCESS),
    vocabulary: new HeadChild(program, 50),
  };
  const file = path.join(folder, `head-${at}.gguf`);
  try {
    while (next < first + heads) {
      const seed = next++;
      const from = specimens[seed % specimens.length]!;
      const bytes = damage(from, seededRandom(seed));
      writeFileSync(file, bytes);
      truncateSync(file, bytes.length + from.tailBytes);
      const depth = from.tailBytes > 0 ? "vocabulary" : "load";
      note(seed, from, file, await children[depth].ask({ path: file, depth }));
    }
  } finally {
    for (const child of Object.values(children)) child.stop();
  }
}

function note(seed: number, from: Specimen, file: string, answer: Answer): void {
  mostMs = Math.max(mostMs, answer.ms);
  const fail = (what: string): void => {
    failures.push(`seed ${seed} (${from.name}): ${what}`);
    if (values.keep === undefined) return;
    mkdirSync(values.keep, { recursive: true });
    copyFileSync(file, path.join(values.keep, `seed-${seed}.gguf`));
  };
  if (answer.kind === "ended") fail(`ended by ${answer.by}: ${answer.stderr.replaceAll("\n", " ⏎ ")}`);
  if (answer.kind === "hung") fail("hung");
  if (answer.kind !== "answered") {
    add(answer.kind);
    return;
  }
  const { stage, result, code = "", message = "", rssBytes, cpuMs } = answer.outcome;
  mostBytes = Math.max(mostBytes, rssBytes);
  mostCpuMs = Math.max(mostCpuMs, cpuMs);
  add(
    result === "passed"
      ? "loaded and evaluated"
      : `refused by ${stage === "reader" ? "our reader" : "a library"}: ${code}`,
  );
  if (code === "unexpected") fail(message);
  if (cpuMs > MAX_MS) fail(`took ${(cpuMs / 1000).toFixed(1)} s of the processor`);
  if (rssBytes > MAX_BYTES) fail(`left ${(rssBytes / 1e6).toFixed(0)} MB`);
}
