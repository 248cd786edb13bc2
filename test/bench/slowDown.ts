// npm run bench:slow-down -- [--rounds 12] [--threads 1,2]
// How much the side panel slows generation: in a real VS Code the same prompt is run with the panel visible and hidden, in
// turns. Each step of a plain run is one token and one message, the most there can be. Strategy, prompt and seed are the
// same, so every run writes the same tokens. Browser, editor and model share the machine, which is named. Two times are
// taken: that of the steps as traces hold it, and that from a run's begin to its trace on the disk, which editors see.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ratioOfSums, type RatioPart } from "../../server/bench/index.ts";
import { needProvider } from "../../scripts/lanes/needs.mjs";
import { parseTrace } from "../../server/trace/index.ts";
import { repositoryFolder } from "../support/check.ts";
import { Editor } from "../support/editor.ts";
import { spread } from "./spread.ts";

const RUN_MS = 120_000;
/** Its answer goes on for as many tokens as it may: a short one would be over before the panel is hidden. */
const PROMPT_FILE = "story.prompty";
const TOKENS = 400;
const PROMPT = `---
name: A long story
model:
  parameters:
    max_tokens: ${TOKENS}
---
user:
Write a long story about a keeper of a lighthouse and a storm, in many chapters, each with a title.
`;
const POLL_MS = 50;
/** Until then the panel is on show in any case. */
const UNCOUNTED_STEPS = 60;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "12" }, threads: { type: "string", default: "1,2" } },
});

/** One run, in ms. */
interface Timed {
  readonly stepsMs: number;
  readonly wallMs: number;
  /** Counted ones. */
  readonly steps: number;
  readonly text: string;
}

interface Pair {
  readonly visible: Timed;
  readonly hidden: Timed;
}

const need = needProvider(repositoryFolder);
for (const name of ["build", "demoModel", "chromium", "vscodeHost"] as const)
  Object.assign(process.env, await need(name));
print(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`);
for (const threads of values.threads.split(",")) await measure(Number(threads), Number(values.rounds));

async function measure(threads: number, rounds: number): Promise<void> {
  const editor = await Editor.open({
    settings: {
      "laser.model": process.env.LASER_TEST_MODEL,
      "laser.gpu": "off",
      "laser.threads": threads,
      "laser.contextTokens": 1024,
      "laser.strategy": "plain",
      "laser.maxTokens": TOKENS,
    },
    files: { [PROMPT_FILE]: PROMPT },
  });
  try {
    await editor.openFile(PROMPT_FILE);
    await run(editor, true); // Loads the model and warms up.
    const pairs: Pair[] = [];
    for (let round = 0; round < rounds; round++) {
      const isVisibleFirst = round % 2 === 0;
      const first = await run(editor, isVisibleFirst);
      const second = await run(editor, !isVisibleFirst);
      pairs.push(isVisibleFirst ? { visible: first, hidden: second } : { visible: second, hidden: first });
    }
    tell(threads, pairs);
  } finally {
    await editor.close();
  }
}

/** Each run begins with the panel hidden and shows it; there it stays, or it is hidden again at once. */
async function run(editor: Editor, isVisible: boolean): Promise<Timed> {
  const known = new Set(traceFiles(editor));
  await showExplorer(editor);
  await editor.runCommand("LASER: Generate");
  await editor.page.locator(".pane-header", { hasText: "Decoding Steps" }).waitFor({ timeout: RUN_MS });
  if (!isVisible) await showExplorer(editor);
  const file = await newTrace(editor, known);
  const { createdAt, steps, result } = parseTrace(readFileSync(file, "utf8"));
  const counted = steps.slice(UNCOUNTED_STEPS);
  return {
    stepsMs: counted.reduce((sum, step) => sum + step.draftMs + step.verifyMs + step.otherMs, 0),
    wallMs: statSync(file).mtimeMs - Date.parse(createdAt),
    steps: counted.length,
    text: result.text,
  };
}

/** In place of the panel. */
async function showExplorer({ page }: Editor): Promise<void> {
  const explorer = page.locator(".explorer-folders-view");
  if (await explorer.isVisible()) return;
  await page.locator('.activitybar .action-label[aria-label^="Explorer"]').click();
  await explorer.waitFor();
}

/** A trace is there when it is whole: it is written aside and renamed. */
async function newTrace(editor: Editor, known: ReadonlySet<string>): Promise<string> {
  for (const begun = performance.now(); performance.now() - begun < RUN_MS;) {
    const file = traceFiles(editor).find((name) => !known.has(name));
    if (file !== undefined) return path.join(editor.traceFolder, file);
    await setTimeout(POLL_MS);
  }
  throw new Error(`no trace within ${RUN_MS} ms`);
}

function traceFiles({ traceFolder }: Editor): readonly string[] {
  if (!existsSync(traceFolder)) return [];
  return readdirSync(traceFolder).filter((name) => name.endsWith(".lasertrace"));
}

function tell(threads: number, pairs: readonly Pair[]): void {
  const texts = new Set(pairs.flatMap(({ visible, hidden }) => [visible.text, hidden.text]));
  const rates = (name: keyof Pair): string =>
    spread(
      pairs.map((pair) => (1000 * pair[name].steps) / pair[name].stepsMs),
      1,
    );
  print(
    `${threads} ${threads === 1 ? "thread" : "threads"}, ${pairs.length} pairs of ${pairs[0]?.visible.steps ?? 0} counted steps, ` +
      `${texts.size} different ${texts.size === 1 ? "text" : "texts"}; tokens/s visible ${rates("visible")}, hidden ${rates("hidden")}`,
  );
  for (const time of ["stepsMs", "wallMs"] as const) {
    const parts = pairs.map(({ visible, hidden }): RatioPart => ({
      numerator: visible[time],
      denominator: hidden[time],
    }));
    const { value, low, high } = ratioOfSums(parts);
    const name = time === "stepsMs" ? "time of the steps" : "begin of the run to its trace";
    print(
      `  ${name}, visible ÷ hidden ${value.toFixed(3)} (95 % interval ${low.toFixed(3)}–${high.toFixed(3)})`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
