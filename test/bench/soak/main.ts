// npm run soak -- [--seconds 25] [--model FILE]
// Short generations, then generations that are stopped after their first step, in one worker: does each get one reply,
// and does memory settle? The scripted engine unless a model is named. Seconds are those of each of the two parts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_SETTINGS } from "../../../core/settings/index.ts";
import { LineWorker } from "../lineWorker.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "25" }, model: { type: "string" } },
});
const seconds = Number(values.seconds);
const EVERY = 100;
const text = "The cat sat on the mat. The dog sat on the mat. ".repeat(4);
const params = {
  source: "Write about the cat.",
  promptFile: null,
  values: {},
  settings: { ...DEFAULT_SETTINGS, maxTokens: 24 },
  poolPath: null,
};

async function megabytes(worker: LineWorker): Promise<number> {
  const stats = await worker.post({ kind: "stats" }).reply;
  if (stats?.kind !== "done" || stats.request !== "stats") throw new Error("no stats");
  return Math.round(stats.result.residentBytes / 1e6);
}

/** One cycle; whether its reply was the right one. */
async function cycle(worker: LineWorker, stops: boolean): Promise<boolean> {
  const { id, reply, stepped } = worker.post({ kind: "generate", params });
  if (stops) {
    await stepped;
    const stopped = await worker.post({ kind: "stop", request: id }).reply;
    if (stopped?.kind !== "done") return false;
  }
  const end = await reply;
  return end?.kind === "done" && end.request === "generate";
}

async function soak(name: string, stops: boolean, script: string | null): Promise<boolean> {
  const worker = new LineWorker(script);
  try {
    await worker.ready(values.model);
    const sizes = [await megabytes(worker)];
    let [cycles, failed] = [0, 0];
    for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
      if (!(await cycle(worker, stops))) failed++;
      if (++cycles % EVERY === 0) sizes.push(await megabytes(worker));
    }
    const last = await megabytes(worker);
    console.info(
      `${name}: ${cycles} cycles, ${failed} failed; RSS ${sizes[0]} MB at first, ${sizes[1] ?? last} after ${EVERY}, ${Math.max(...sizes, last)} at most, ${last} at the end`,
    );
    return failed === 0;
  } finally {
    worker.child.kill("SIGKILL");
    await worker.ended;
  }
}

const folder = mkdtempSync(join(tmpdir(), "laser-soak-"));
try {
  const script = values.model === undefined ? join(folder, "script.json") : null;
  if (script !== null) writeFileSync(script, JSON.stringify({ answers: [{ text }] }));
  console.info(
    `${values.model === undefined ? "scripted engine" : "model"}, ${cpus()[0]?.model ?? "?"} × ${cpus().length}, load ${loadavg()[0]!.toFixed(1)}, Node ${process.version}`,
  );
  const passed = [await soak("generate", false, script), await soak("stop", true, script)];
  process.exitCode = passed.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
