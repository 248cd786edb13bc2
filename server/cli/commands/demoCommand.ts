// `laser demo`: three prompts of samples/, each answered plainly and by LASER on the same model, then compared.
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { several } from "../../../core/base/index.ts";
import type { Strategy } from "../../../core/laser/index.ts";
import {
  addCounts,
  traceMetrics,
  withRates,
  type Trace,
  type TraceMetrics,
} from "../../../core/trace/index.ts";
import {
  applyTemplate,
  fillPrompt,
  loadPool,
  type LoadedPool,
  type PreparedPrompt,
  type Session,
} from "../../worker/index.ts";
import { DEFAULT_SETTINGS, withParameters } from "../../../core/settings/index.ts";
import { readPoolSource } from "../../pools/index.ts";
import { readBeside } from "../../files/prompts/index.ts";
import { readPromptFile } from "../prompt/promptInput.ts";
import { answer } from "../terminal/answer.ts";
import { showWarnings } from "../terminal/promptWarnings.ts";
import { decimals, edlOf, NOT_MEASURED, ratioOf, shareOf } from "../terminal/figures.ts";
import { deviceName } from "../terminal/writeAnswer.ts";
import { EXIT_STOPPED, interruptible } from "../terminal/interrupt.ts";
import { loadSession } from "../loadSession.ts";
import { formatTable, type Column } from "../terminal/table.ts";
import { print, stdoutKind, writeOut } from "../terminal/output.ts";
import { legend } from "../terminal/tokens.ts";

const DEMO_PROMPTS = ["book.prompty", "film.prompty", "reader.prompty"];
const STRATEGIES_SHOWN: readonly Strategy[] = ["plain", "laser"];
const CONTEXT_TOKENS = 1024;
const WARM_UP_TOKENS = 8;

interface Run {
  readonly prompt: string;
  readonly trace: Trace;
  readonly tracePath: string;
}

export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description("answer three sample prompts with plain decoding and with LASER, and compare them")
    .action(() => interruptible(demo));
}

async function demo(signal: AbortSignal): Promise<void> {
  const home = fileURLToPath(new URL("..", import.meta.url));
  const samples = join(home, "samples");
  const session = await loadSession({ gpu: "auto", contextTokens: CONTEXT_TOKENS }, signal);
  try {
    const pool = loadPool(await readPoolSource(join(samples, "answers.jsonl")), session.engine);
    const { colour } = stdoutKind();
    print(`${session.engine.model.file} on ${deviceName(session.engine.device)}`);
    print(
      `pool: ${several(pool.index.entries, "earlier answer")} to other prompts, ${several(pool.tokens, "token")}\n`,
    );
    print(`${legend(colour)}\n`);
    const runs: Run[] = [];
    for (const name of DEMO_PROMPTS) {
      const path = join(samples, name);
      const { file, messages, warnings } = fillPrompt(await readPromptFile(path), {}, readBeside(path));
      showWarnings(path, warnings);
      const settings = withParameters(DEFAULT_SETTINGS, file.parameters);
      const { systemInUserTurn } = settings;
      const prompt = applyTemplate(messages, name, session.engine, new Date(), systemInUserTurn);
      if (runs.length === 0) await warmUp(session, prompt, pool, signal);
      for (const strategy of STRATEGIES_SHOWN) {
        if (signal.aborted) break;
        print(`── ${file.meta.name ?? name} · ${strategy} ──`);
        const tracePath = join(
          home,
          ".laser",
          "demo",
          `${basename(name, ".prompty")}-${strategy}.lasertrace`,
        );
        const { trace, writeError } = await answer(session, {
          prompt,
          settings: { ...settings, strategy },
          pool,
          signal,
          output: { write: writeOut, style: colour ? "colour" : "marks" },
          tracePath,
        });
        print("");
        if (writeError !== null) throw writeError;
        runs.push({ prompt: name, trace, tracePath });
      }
    }
    if (signal.aborted) process.exitCode = EXIT_STOPPED;
    if (runs.length === 0) return;
    for (const line of comparison(runs)) print(line);
    print("");
    for (const { tracePath } of runs) print(`trace: ${relative(process.cwd(), tracePath)}`);
  } finally {
    await session.engine.dispose();
  }
}

/** The first evaluations after loading touch cold memory and would distort either side of the comparison. */
async function warmUp(
  session: Session,
  prompt: PreparedPrompt,
  pool: LoadedPool,
  signal: AbortSignal,
): Promise<void> {
  const settings = { ...DEFAULT_SETTINGS, strategy: "plain", maxTokens: WARM_UP_TOKENS } as const;
  const { failure } = await session.generate({ prompt, settings, pool, signal });
  if (failure !== null) throw failure;
}

const COLUMNS: readonly Column[] = [
  { title: "prompt", align: "left" },
  { title: "strategy", align: "left" },
  { title: "tokens/s", align: "right" },
  { title: "vs plain", align: "right" },
  { title: "EDL", align: "right" },
  { title: "acceptance", align: "right" },
  { title: "relaxed share", align: "right" },
  { title: "pool", align: "right" },
];

/** The table, followed by what its figures mean. */
function comparison(runs: readonly Run[]): string[] {
  const rows: string[][] = [];
  for (const name of DEMO_PROMPTS) {
    const own = runs.filter(({ prompt }) => prompt === name);
    const plain = own.find(({ trace }) => trace.request.strategy === "plain");
    for (const { trace } of own)
      rows.push(
        row(
          name,
          trace.request.strategy,
          traceMetrics(trace),
          plain ? traceMetrics(plain.trace) : null,
          poolTokens(trace),
        ),
      );
  }
  const sums = STRATEGIES_SHOWN.map((strategy) => {
    const own = runs.filter(({ trace }) => trace.request.strategy === strategy);
    const counts = own
      .map(({ trace }) => traceMetrics(trace))
      .reduce<TraceMetrics | null>((sum, one) => (sum === null ? one : withRates(addCounts(sum, one))), null);
    return { strategy, counts, pool: own[0] ? poolTokens(own[0].trace) : NOT_MEASURED };
  });
  const plainSum = sums.find(({ strategy }) => strategy === "plain")?.counts ?? null;
  for (const { strategy, counts, pool } of sums)
    if (counts !== null) rows.push(row("together", strategy, counts, plainSum, pool));
  return [
    ...formatTable(COLUMNS, rows),
    "",
    "tokens/s       committed tokens ÷ seconds of all steps, prefill excluded",
    "vs plain       ratio to the plain run of the same prompt, measured just before",
    "EDL            committed tokens ÷ steps, steps without a draft included, prefill excluded",
    "acceptance     kept ÷ drafted tokens; kept are accepted and relaxed ones",
    "relaxed share  relaxed ÷ committed tokens: from the first one on, the text may differ from plain output",
    "pool           tokens of earlier answers to other prompts",
  ];
}

function row(
  name: string,
  strategy: string,
  figures: TraceMetrics,
  plain: TraceMetrics | null,
  pool: string,
): string[] {
  return [
    name,
    strategy,
    decimals(figures.tokensPerSecond, 1),
    ratioOf(figures.tokensPerSecond, plain?.tokensPerSecond ?? null),
    edlOf(figures),
    shareOf(figures.accepted + figures.relaxed, figures.drafted),
    shareOf(figures.relaxed, figures.committed),
    pool,
  ];
}

function poolTokens(trace: Trace): string {
  return trace.pool === null ? "–" : String(trace.pool.tokens);
}
