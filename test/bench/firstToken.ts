// npm run bench:first-token -- [--rounds 5] [--loads 0,2] [--waits 0,3] [--beside FOLDER] [--gpu auto]
// How long a new user waits: from the click on Generate over a sample to the first token in the side panel. Each round is
// a new window in a real VS Code, with an empty cache apart from the demo model's file, so nothing has been loaded, tried
// or measured before. `--loads` are the numbers of busy processes beside it, in turns, so that other load on the machine
// affects all alike. `--waits` are the seconds between the prompt with its lens on screen and the click. `--beside` is the
// folder of another build of this extension, which takes turns with this one. Browser, editor and model share the
// machine, which is named.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { cacheFolder } from "../../server/files/index.ts";
import { repositoryFolder } from "../support/check.ts";
import { Editor } from "../support/host/editor.ts";
import { needEditor } from "../support/host/needEditor.ts";
import { msToFirstToken } from "../support/host/inWorkbench.ts";
import { spread } from "./spread.ts";

const PROMPT_FILE = "book.prompty";
/** A round that takes longer has failed. */
const ROUND_MS = 120_000;
const BUSY = "for (;;);";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    loads: { type: "string", default: `0,${cpus().length}` },
    waits: { type: "string", default: "0,3" },
    beside: { type: "string" },
    gpu: { type: "string", default: "auto" },
  },
});
const numbers = (list: string): number[] => list.split(",").map(Number);
const builds = [repositoryFolder, ...(values.beside === undefined ? [] : [path.resolve(values.beside)])];

/** What is measured in turns. */
interface Arm {
  /** Folder of the extension. */
  readonly build: string;
  readonly load: number;
  readonly waitSeconds: number;
  readonly rounds: Round[];
}

interface Round {
  readonly firstTokenMs: number;
  /** Of the last minute, without the busy processes of this round: what else ran on the machine. */
  readonly loadBefore: number;
}

await needEditor();
print(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`);

const arms = numbers(values.loads).flatMap((load) =>
  numbers(values.waits).flatMap((waitSeconds) =>
    builds.map((build): Arm => ({ build, load, waitSeconds, rounds: [] })),
  ),
);
for (let index = 0; index < Number(values.rounds); index++)
  for (const arm of arms) arm.rounds.push(await round(arm));
for (const arm of arms) {
  const seconds = arm.rounds.map(({ firstTokenMs }) => firstTokenMs / 1000);
  const beside = arm.rounds.map(({ loadBefore }) => loadBefore);
  print(
    `${nameOf(arm)}: first token after ${spread(seconds, 1)} s, ${seconds.length} rounds; load before ${spread(beside, 1)}`,
  );
}

function nameOf({ build, load, waitSeconds }: Arm): string {
  const folder = builds.length === 1 ? "" : `${path.basename(build)}, `;
  return `${folder}${load} busy processes, click after ${waitSeconds} s`;
}

async function round(arm: Arm): Promise<Round> {
  const { build, load, waitSeconds } = arm;
  const loadBefore = loadavg()[0]!;
  const cache = mkdtempSync(path.join(tmpdir(), "laser-first-token-"));
  symlinkSync(path.join(cacheFolder(), "models"), path.join(cache, "models"));
  const settings = { "laser.gpu": values.gpu };
  const editor = await Editor.open({ settings, extension: build, env: { LASER_CACHE: cache }, isSeen: true });
  const busy: ChildProcess[] = [];
  try {
    await editor.openFile(PROMPT_FILE);
    const lens = editor.page.locator(".codelens-decoration a", { hasText: "Generate" }).first();
    await lens.waitFor();
    for (let place = 0; place < load; place++)
      busy.push(spawn(process.execPath, ["-e", BUSY], { stdio: "ignore" }));
    await sleep(waitSeconds * 1000);
    // The runner's compiler wraps functions in a helper of this name, also those that run in the page.
    await editor.page.evaluate("globalThis.__name = (value) => value; null");
    const first = editor.page.evaluate(msToFirstToken, ROUND_MS);
    await lens.click();
    const firstTokenMs = await first;
    print(`  ${nameOf(arm)}: ${(firstTokenMs / 1000).toFixed(2)} s`);
    return { firstTokenMs, loadBefore };
  } finally {
    for (const one of busy) one.kill();
    await editor.close();
    rmSync(cache, { recursive: true, force: true, maxRetries: 5 });
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
