// npm run chaos -- [--seconds 40] [--seed 1]
// Kills processes while they write traces, pools and caches, workers in the middle of a run, and language servers with and
// without them; then changes bytes of trace and pool files. The remains must be whole, the next write must work, and no file
// may end the reader.
// The seconds are shared by the parts. Exit code 1 if anything failed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { FaultError } from "../../../core/base/index.ts";
import { DEFAULT_SETTINGS } from "../../../core/settings/index.ts";
import { readTraceFile } from "../../../server/files/traces/index.ts";
import { readPoolFile } from "../../../server/pools/index.ts";
import { LineWorker } from "../lineWorker.ts";
import { killServers } from "./servers.ts";
import { WRITINGS, type Writing } from "./writing.ts";

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "40" }, seed: { type: "string", default: "1" } },
});
/** Bundled, because a program that tsx has to compile starts in seconds on a busy machine. */
const WRITER = fileURLToPath(new URL("../../../dist/chaosWriting.mjs", import.meta.url));
await build({
  entryPoints: [fileURLToPath(new URL("writing.ts", import.meta.url))],
  outfile: WRITER,
  bundle: true,
  platform: "node",
  format: "esm",
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
  external: ["node-llama-cpp", "koffi"],
});
const parts = Object.keys(WRITINGS).length + 4;
const partMs = (Number(values.seconds) * 1000) / parts;
const folder = mkdtempSync(join(tmpdir(), "laser-chaos-"));
let state = Number(values.seed) >>> 0;
/** 0 ≤ result < below. */
const random = (below: number): number => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
let failures = 0;
const failed = (what: string, error: unknown): void => {
  failures++;
  console.info(`  ${what}: ${String(error)}`);
};

/** Kills a writer at a random moment of its writing. */
async function killWriter(kind: string, file: string): Promise<void> {
  const child = spawn(process.execPath, [WRITER, kind, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await sleep(random(120));
  child.kill("SIGKILL");
  await ended;
}

async function killWriters(kind: string, { begin, write, check }: Writing): Promise<void> {
  const place = mkdtempSync(join(folder, "w-"));
  const file = join(place, "file");
  await begin(file);
  let kills = 0;
  for (const end = performance.now() + partMs; performance.now() < end; kills++) {
    await killWriter(kind, file);
    try {
      await check(file);
      await write(file); // No lock that the killed one left may block this.
      await check(file);
    } catch (error) {
      failed(`${kind}, kill ${kills + 1}`, error);
    }
  }
  const litter = readdirSync(place).filter((name) => name.includes(".lock") || name.endsWith(".tmp")).length;
  console.info(`${kind}: ${kills} kills, ${litter} temporary names left (removed an hour later)`);
}

async function killWorkers(): Promise<void> {
  const script = join(folder, "script.json");
  writeFileSync(script, JSON.stringify({ answers: [{ text: "the cat sat on the mat ".repeat(200) }] }));
  const settings = { ...DEFAULT_SETTINGS, maxTokens: 512 };
  const params = { source: "cat", promptFile: null, values: {}, settings, poolPath: null };
  let kills = 0;
  for (const end = performance.now() + partMs; performance.now() < end; kills++) {
    const worker = new LineWorker(script);
    await worker.ready(undefined);
    const { stepped } = worker.post({ kind: "generate", params });
    await stepped;
    worker.child.kill("SIGKILL");
    await worker.ended;
  }
  console.info(`worker in a run: ${kills} kills, each next one started and ran`);
}

/** Changes bytes of a file and reads it: it is accepted, or refused with one of our faults. */
async function fuzz(
  name: string,
  content: Buffer,
  read: (file: string) => Promise<unknown>,
  sign: boolean,
): Promise<void> {
  const file = join(folder, "fuzzed");
  let [tried, refused] = [0, 0];
  for (const end = performance.now() + partMs; performance.now() < end; tried++) {
    const changed = Buffer.from(content);
    for (let changes = 1 + random(4); changes > 0; changes--) changed[random(changed.length)] = random(256);
    const body = changed.subarray(0, -32);
    writeFileSync(file, sign ? Buffer.concat([body, createHash("sha256").update(body).digest()]) : changed);
    try {
      await read(file);
    } catch (error) {
      if (error instanceof FaultError) refused++;
      else failed(`${name}, case ${tried + 1}`, error);
    }
  }
  console.info(`fuzz, ${name}: ${tried} files, ${refused} refused by a fault, the others read`);
}

try {
  console.info(
    `seed ${values.seed}, ${cpus()[0]?.model ?? "?"} × ${cpus().length}, load ${loadavg()[0]!.toFixed(1)}, Node ${process.version}`,
  );
  for (const [kind, writing] of Object.entries(WRITINGS)) await killWriters(kind, writing);
  await killWorkers();
  const { servers, workers, rescued } = await killServers(partMs, random, failed);
  console.info(
    `language server in a run: ${servers} kills, ${rescued} traces rescued, no worker outlived it; its worker: ${workers} kills, each next run worked, unless said above`,
  );
  const made = (kind: string): Promise<Buffer> =>
    WRITINGS[kind]!.begin(join(folder, "made")).then(() => readFileSync(join(folder, "made")));
  await fuzz("trace", await made("trace"), readTraceFile, false);
  await fuzz("pool, checksum made right", await made("pool build"), (file) => readPoolFile(file, null), true);
  console.info(`${failures} failed`);
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
