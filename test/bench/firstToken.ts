// npm run bench:first-token -- [--rounds 5] [--loads 0,2] [--gpu auto]
// How long a new user waits: from the click on Generate over a sample to the first token in the side panel. Each round is
// a new window in a real VS Code, with an empty cache apart from the demo model's file, so nothing has been loaded, tried
// or measured before. `--loads` are the numbers of busy processes beside it, in turns, so that other load on the machine
// affects all alike. Browser, editor and model share the machine, which is named.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder } from "../../server/files/index.ts";
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
    gpu: { type: "string", default: "auto" },
  },
});
const loads = values.loads.split(",").map(Number);

interface Round {
  readonly firstTokenMs: number;
  /** Of the last minute, without the busy processes of this round: what else ran on the machine. */
  readonly loadBefore: number;
}

await needEditor();
print(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`);

const measured = new Map(loads.map((load) => [load, [] as Round[]]));
for (let index = 0; index < Number(values.rounds); index++)
  for (const [load, rounds] of measured) rounds.push(await round(load));
for (const [load, rounds] of measured) {
  const seconds = rounds.map(({ firstTokenMs }) => firstTokenMs / 1000);
  const beside = rounds.map(({ loadBefore }) => loadBefore);
  print(
    `${load} busy processes: first token after ${spread(seconds, 1)} s, ${rounds.length} rounds; load before ${spread(beside, 1)}`,
  );
}

async function round(load: number): Promise<Round> {
  const loadBefore = loadavg()[0]!;
  const cache = mkdtempSync(path.join(tmpdir(), "laser-first-token-"));
  symlinkSync(path.join(cacheFolder(), "models"), path.join(cache, "models"));
  const editor = await Editor.open({
    settings: { "laser.gpu": values.gpu },
    env: { LASER_CACHE: cache },
    isSeen: true,
  });
  const busy: ChildProcess[] = [];
  try {
    await editor.openFile(PROMPT_FILE);
    const lens = editor.page.locator(".codelens-decoration a", { hasText: "Generate" }).first();
    await lens.waitFor();
    for (let place = 0; place < load; place++)
      busy.push(spawn(process.execPath, ["-e", BUSY], { stdio: "ignore" }));
    const first = editor.page.evaluate(msToFirstToken, ROUND_MS);
    await lens.click();
    const firstTokenMs = await first;
    print(`  ${load} busy: ${(firstTokenMs / 1000).toFixed(2)} s`);
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
