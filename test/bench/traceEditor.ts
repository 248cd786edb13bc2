// npm run bench:trace-editor -- [--rounds 7]
// How long the trace editor's page takes from the message with the file to the drawn page, in Chromium; sizes are taken
// in turns. And how large file and page are. The machine is named.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { serialiseTrace } from "../../core/trace/index.ts";
import { longTrace } from "../support/trace/longTrace.ts";
import { WebviewBench } from "../support/webview/page.ts";
import { openInPage } from "../support/webview/openInPage.ts";
import { spread } from "./spread.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const rounds = Number(values.rounds);
const SIZES = [100, 1000, 10_000];

const files = SIZES.map((steps) => ({ steps, text: serialiseTrace(longTrace(3, steps)) }));
const openedMs = new Map<number, number[]>(SIZES.map((steps) => [steps, []]));
const elements = new Map<number, number>();
const movedMs = new Map<number, number[]>(SIZES.map((steps) => [steps, []]));
const bench = await WebviewBench.open();
for (let round = 0; round < rounds; round++) {
  for (const { steps, text } of files) {
    const editor = await bench.page("trace", { width: 1200, height: 860 });
    const { page } = editor;
    openedMs.get(steps)!.push(await page.evaluate(openInPage, { text }));
    elements.set(steps, await page.evaluate(() => document.querySelectorAll("*").length));
    movedMs.get(steps)!.push(await page.evaluate(moveCursor));
    await editor.close();
  }
}
await bench.close();

print(`${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, ${rounds} rounds`);
for (const { steps, text } of files) {
  const bytes = Buffer.byteLength(text);
  print(
    `${String(steps).padStart(6)} steps, ${(bytes / 1e6).toFixed(1)} MB, ${elements.get(steps) ?? 0} elements: ` +
      `drawn after ${spread(openedMs.get(steps)!, 0)} ms, a move of the cursor ${spread(movedMs.get(steps)!, 1)} ms`,
  );
}

/** Runs in the page: scripting and layout of one key, without the wait for a frame. */
async function moveCursor(): Promise<number> {
  const root = document.querySelector("laser-trace") as unknown as {
    readonly updateComplete: Promise<unknown>;
  };
  document.querySelector<HTMLElement>('.stream [tabindex="0"]')!.focus();
  await root.updateComplete;
  const begun = performance.now();
  document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  await root.updateComplete;
  return performance.now() - begun;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
