// npm run bench:slow-down -- [--runs 12] [--threads 1,2] [--tokens 1500] [--gpu off]
// How much the side panel slows generation: in a real VS Code one prompt is run, and while it runs the panel is hidden and
// shown in turns of a few seconds, so that other load on the machine affects both equally. Each step of a plain run is one
// token and one message, the most there can be. Prompt and seed are the same, so every run writes the same tokens. Browser,
// editor and model share the machine, which is named. The opening and closing themselves are left out.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { medianRatio, type RatioPart } from "../../../server/bench/index.ts";
import { parseTrace, type Trace } from "../../../core/trace/index.ts";
import { Editor } from "../../support/host/editor.ts";
import { needEditor } from "../../support/host/needEditor.ts";
import { spread } from "../spread.ts";
import { comparisons, type TimedStep, type Turn } from "./turns.ts";

const RUN_MS = 300_000;
/** Its answer uses all the tokens that it may. */
const PROMPT_FILE = "story.prompty";
const PROMPT = `---
name: A long story
---
user:
Write a long story about a keeper of a lighthouse and a storm, in many chapters, each with a title.
`;
/** The prompt has fewer. */
const PROMPT_TOKENS = 100;
const POLL_MS = 50;
const TURN_MS = 3000;
/** How long opening or closing the panel, and what follows from it, may take: it is not counted. */
const SETTLE_MS = 800;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "12" },
    threads: { type: "string", default: "1,2" },
    tokens: { type: "string", default: "1500" },
    gpu: { type: "string", default: "off" },
  },
});

interface Measured {
  readonly parts: readonly RatioPart[];
  /** What the steps add up to, of the time from the start of the run to its trace. */
  readonly accountedShare: number;
  readonly text: string;
}

await needEditor();
print(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`);
for (const threads of values.threads.split(",")) await measure(Number(threads), Number(values.runs));

async function measure(threads: number, runs: number): Promise<void> {
  const editor = await Editor.open({
    settings: {
      "laser.model": process.env.LASER_TEST_MODEL,
      "laser.gpu": values.gpu,
      "laser.threads": threads,
      "laser.contextTokens": PROMPT_TOKENS + Number(values.tokens),
      "laser.strategy": "plain",
      "laser.maxTokens": Number(values.tokens),
    },
    files: { [PROMPT_FILE]: PROMPT },
    isSeen: true,
  });
  try {
    await editor.openFile(PROMPT_FILE);
    await run(editor); // Loads the model and warms up.
    const measured: Measured[] = [];
    for (let index = 0; index < runs; index++) {
      measured.push(await run(editor));
      tell(threads, measured);
    }
  } finally {
    await editor.close();
  }
}

/** Generate shows the panel; from then on it is alternately hidden and shown until the trace exists. */
async function run(editor: Editor): Promise<Measured> {
  const known = new Set(traceFiles(editor));
  await editor.showExplorer();
  await editor.runCommand("LASER: Generate");
  await editor.panelHeader.waitFor({ timeout: RUN_MS });
  const turns: Turn[] = [];
  const begunMs = Date.now();
  for (let isVisible = false; ; isVisible = !isVisible) {
    turns.push({ fromMs: Date.now(), isVisible });
    if (isVisible) await editor.showPanel();
    else await editor.showExplorer();
    const file = await newTrace(editor, known, TURN_MS - (Date.now() - turns.at(-1)!.fromMs));
    if (file !== null) return measuredOf(file, turns);
    if (Date.now() - begunMs > RUN_MS) throw new Error(`no trace within ${RUN_MS} ms`);
  }
}

function measuredOf(file: string, turns: readonly Turn[]): Measured {
  const trace = parseTrace(readFileSync(file, "utf8"));
  const steps = timedSteps(trace);
  const endMs = steps.at(-1)!.fromMs + steps.at(-1)!.ms;
  const createdMs = Date.parse(trace.createdAt);
  return {
    parts: comparisons(steps, [...turns, { fromMs: endMs, isVisible: false }], SETTLE_MS),
    accountedShare: (endMs - createdMs) / (statSync(file).mtimeMs - createdMs),
    text: trace.result.text,
  };
}

/** Steps follow one another without a pause worth reporting: `accountedShare` says so. */
function timedSteps({ createdAt, result, steps }: Trace): readonly TimedStep[] {
  let fromMs = Date.parse(createdAt) + (result.prefillMs ?? 0);
  return steps.map(({ draftMs, verifyMs, otherMs }) => {
    const step = { fromMs, ms: draftMs + verifyMs + otherMs };
    fromMs += step.ms;
    return step;
  });
}

/** A trace appears only when it is whole: it is written aside and renamed. Null: none appeared in time. */
async function newTrace(
  editor: Editor,
  known: ReadonlySet<string>,
  withinMs: number,
): Promise<string | null> {
  for (const begun = performance.now(); performance.now() - begun < withinMs;) {
    const file = traceFiles(editor).find((name) => !known.has(name));
    if (file !== undefined) return path.join(editor.traceFolder, file);
    await setTimeout(POLL_MS);
  }
  return null;
}

function traceFiles({ traceFolder }: Editor): readonly string[] {
  if (!existsSync(traceFolder)) return [];
  return readdirSync(traceFolder).filter((name) => name.endsWith(".lasertrace"));
}

/** What is known after this many runs. */
function tell(threads: number, runs: readonly Measured[]): void {
  const parts = runs.flatMap((run) => run.parts);
  const texts = new Set(runs.map(({ text }) => text));
  const rates = (name: keyof RatioPart): string =>
    spread(
      parts.map((part) => 1000 / part[name]),
      1,
    );
  const { value, low, high } = medianRatio(parts);
  print(
    `${threads} ${threads === 1 ? "thread" : "threads"}, ${runs.length} runs, ${parts.length} turns, ` +
      `${texts.size} different ${texts.size === 1 ? "text" : "texts"}; tokens/s visible ${rates("numerator")}, hidden ${rates("denominator")}`,
  );
  print(
    `  time of a step, visible ÷ hidden, median of the turns ${value.toFixed(3)} (95 % interval ${low.toFixed(3)}–${high.toFixed(3)}); ` +
      `steps account for ${(100 * Math.min(...runs.map((run) => run.accountedShare))).toFixed(1)} % of a run's time, or more`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
