// npm run bench:trace-editor -- [--rounds 7]
// How long the trace editor's page takes from the message with the file to the drawn page, in Chromium; files are taken
// in turns: chains of some sizes, and 100 steps with trees of 63 tokens. How long single keys take, with style and layout.
// And how large file and page are. The machine is named.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { serialiseTrace } from "../../core/trace/index.ts";
import { treeRun } from "../support/trace/treeTraces.ts";
import { longTrace } from "../support/trace/longTrace.ts";
import { WebviewBench } from "../support/webview/page.ts";
import { openInPage } from "../support/webview/openInPage.ts";
import { spread } from "./spread.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "7" } } });
const rounds = Number(values.rounds);
const SIZES = [100, 1000, 10_000];

/** What is measured once a file is open: a key pressed on an element. */
const KEYS = [
  { does: "a move of the cursor", on: '.stream [tabindex="0"]', key: "ArrowRight" },
  { does: "the next step with its draft tree", on: "laser-step-table", key: "ArrowDown" },
  { does: "branches unfolded", on: '.stream [tabindex="0"]', key: "b" },
  { does: "a move within a branch", on: '.stream [tabindex="0"]', key: "ArrowDown" },
  { does: "branches folded", on: '.stream [tabindex="0"]', key: "Escape" },
] as const;

const trees = await treeRun(3, { nodes: 63, steps: 100 });
const files = [
  ...SIZES.map((steps) => ({ name: `${steps} steps`, trace: longTrace(3, steps) })),
  { name: "100 steps of 63 tokens", trace: trees.trace },
].map(({ name, trace }) => ({
  ...{ name, text: serialiseTrace(trace), elements: 0 },
  openedMs: [] as number[],
  keysMs: KEYS.map((): number[] => []),
}));
const bench = await WebviewBench.open();
for (let round = 0; round < rounds; round++) {
  for (const file of files) {
    const editor = await bench.page("trace", { width: 1200, height: 860 });
    const { page } = editor;
    file.openedMs.push(await page.evaluate(openInPage, { text: file.text }));
    file.elements = await page.evaluate(() => document.querySelectorAll("*").length);
    for (const [at, key] of KEYS.entries()) file.keysMs[at]!.push(await page.evaluate(pressed, key));
    await editor.close();
  }
}
await bench.close();

print(`${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}, ${rounds} rounds`);
for (const { name, text, elements, openedMs, keysMs } of files) {
  const megabytes = (Buffer.byteLength(text) / 1e6).toFixed(1);
  print(`${name}, ${megabytes} MB, ${elements} elements: drawn after ${spread(openedMs, 0)} ms`);
  KEYS.forEach(({ does }, at) => {
    print(`    ${does}: ${spread(keysMs[at]!, 1)} ms`);
  });
}

/** Runs in the page: scripting, style and layout of one key, without the wait for a frame. */
async function pressed({ on, key }: { readonly on: string; readonly key: string }): Promise<number> {
  const root = document.querySelector("laser-trace") as unknown as {
    readonly updateComplete: Promise<unknown>;
  };
  const pressedOn = document.querySelector<HTMLElement>(on)!;
  pressedOn.focus();
  await root.updateComplete;
  const begun = performance.now();
  pressedOn.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  await root.updateComplete;
  document.body.getBoundingClientRect();
  return performance.now() - begun;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
