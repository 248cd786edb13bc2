// A benchmark as a Markdown report: the setup, the figures, and what each of them means. Date and machine are
// arguments.
import { several } from "../../../core/base/index.ts";
import type { CostTable } from "../../../core/laser/index.ts";
import type { BenchmarkFigures } from "./benchmarkFigures.ts";
import { chartInWords, speedUpChart, type Bar } from "./chart.ts";
import { costTable, decimals, figureTables, type FigureTable } from "./reportTables.ts";

/** Sentences that belong to every figure of a followed text. */
export interface FollowedFacts {
  readonly statement: string;
  readonly strictOnly: string;
  /** How the recorded answers became token ids. */
  readonly tokenIds: string;
}

/** The setup of a run. */
export interface BenchmarkFacts {
  /** ISO 8601, when the run ended. */
  readonly date: string;
  /** Program and version. */
  readonly generator: string;
  readonly command: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryBytes: number;
    readonly system: string;
    readonly node: string;
    /** Load average over the last minute, before and after: above the number of cores, other programs interfered. */
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly model: {
    readonly name: string;
    readonly file: string;
    readonly modelBytes: number;
    readonly sha256: string | null;
    /** E.g. "cpu, up to 2 threads". */
    readonly device: string;
    readonly contextTokens: number;
  };
  readonly inputs: {
    readonly prompts: string;
    readonly promptCount: number;
    /** null: no pool. */
    readonly pool: { readonly name: string; readonly answers: number; readonly tokens: number } | null;
    readonly online: boolean;
    /** The note on a run that followed recorded answers; null: the model wrote its own. */
    readonly followed: FollowedFacts | null;
    /** Prompts whose own answer is in the pool: it is left out for them. */
    readonly leftOut: number;
  };
  readonly settings: {
    readonly repeats: number;
    readonly seed: number;
    readonly temperature: number;
    /** null: each prompt file's own. */
    readonly repetitionPenalty: number | null;
    readonly maxTokens: number | null;
    readonly maxDraftTokens: number;
    readonly frozenCosts: boolean;
    /** Prompts whose answers are held to a JSON schema or a grammar. */
    readonly heldPrompts: number;
  };
  /** Threads of plain decoding: the number with the lowest T(1). */
  readonly plainThreads: number;
  readonly stopped: boolean;
  readonly rounds: number;
  readonly allRounds: number;
}

export interface Benchmark {
  readonly facts: BenchmarkFacts;
  readonly figures: BenchmarkFigures;
  /** T(n, threads) as measured before the run, and as observed in the run. */
  readonly costsBefore: CostTable;
  readonly costs: CostTable;
}

/** The context length at which T(n) is shown: in the middle of an answer of a few hundred tokens. */
const SHOWN_CONTEXT_TOKENS = 256;

/** All tables of a benchmark, T(n) last. */
export function benchmarkTables({ facts, figures, costs, costsBefore }: Benchmark): readonly FigureTable[] {
  const { followed } = facts.inputs;
  const tables = [...figureTables(figures), costTable(costs, costsBefore, SHOWN_CONTEXT_TOKENS)];
  if (followed === null) return tables;
  return tables.map(({ title, meanings, ...table }) => ({
    ...table,
    title: `${title} · recorded text followed`,
    meanings: [["followed", followed.statement], ...meanings],
  }));
}

/** @param chartFile the file name of the chart beside the report */
export function markdownReport(benchmark: Benchmark, chartFile: string): string {
  const { facts, figures } = benchmark;
  return `${[
    "# Benchmark",
    "",
    ...(facts.stopped
      ? [`**Stopped** after ${facts.rounds} of ${facts.allRounds} rounds; measured until then:`, ""]
      : []),
    `![Speed-up over plain decoding: ${chartInWords(barsOf(figures))}](${chartFile})`,
    "",
    ...factLines(facts).map(([name, value]) => `- ${name}: ${value}`),
    "",
    "    " + facts.command,
    "",
    ...benchmarkTables(benchmark).flatMap(markdownTable),
    "## Strategies",
    "",
    ...figures.arms.map(({ name, description }) => `- **${name}**: ${description}`),
    "",
    ...howMeasured(facts),
  ].join("\n")}\n`;
}

export function benchmarkChart({ facts, figures }: Pick<Benchmark, "facts" | "figures">): string {
  const { model, machine, inputs, date, stopped } = facts;
  return speedUpChart({
    title: "Speed-up over plain decoding",
    subtitle:
      `${model.file} · ${machine.cpu}, ${model.device} · ${several(inputs.promptCount, "prompt")} · ${date.slice(0, 10)}` +
      (inputs.followed === null ? "" : " · recorded text followed") +
      (stopped ? " · stopped early" : ""),
    bars: barsOf(figures),
  });
}

function barsOf({ arms }: BenchmarkFigures): Bar[] {
  return arms.map(({ name, ratioToPlain }) => ({ name, ratio: ratioToPlain }));
}

/** The facts as named lines, the same for report and terminal. */
export function factLines(facts: BenchmarkFacts): readonly (readonly [name: string, value: string])[] {
  const { machine, model, inputs, settings } = facts;
  const { pool } = inputs;
  return [
    ["date", facts.date],
    ["program", facts.generator],
    [
      "machine",
      `${machine.cpu}, ${machine.cores} cores, ${decimals(machine.memoryBytes / 2 ** 30, 1)} GiB, ` +
        `${machine.system}, Node ${machine.node}; load ${decimals(machine.loadBefore, 2)} before, ` +
        `${decimals(machine.loadAfter, 2)} after`,
    ],
    [
      "model",
      `${model.name} (${model.file}, ${model.modelBytes} bytes${model.sha256 === null ? "" : `, SHA-256 ${model.sha256}`}), ` +
        `${model.device}, context ${model.contextTokens} tokens`,
    ],
    ["prompts", `${inputs.promptCount} of ${inputs.prompts}, ${settings.repeats} × each`],
    [
      "pool",
      pool === null
        ? "none"
        : `${several(pool.answers, "answer")} of ${pool.name}, ${several(pool.tokens, "token")}, ${inputs.online ? "fed by each finished answer" : "frozen"}` +
          (inputs.leftOut > 0
            ? `; ${several(inputs.leftOut, "prompt")} measured without their own answer in it`
            : ""),
    ],
    [
      "settings",
      `temperature ${settings.temperature}, repetition penalty ${settings.repetitionPenalty ?? "of each prompt file"}, ` +
        `${inputs.followed === null ? `at most ${settings.maxTokens ?? "each prompt file's"} tokens` : "answers as long as recorded"}, drafts of at most ${settings.maxDraftTokens}, ` +
        `seed ${settings.seed}${settings.frozenCosts ? ", T(n) frozen" : ""}` +
        (settings.heldPrompts === 0
          ? ""
          : `; ${several(settings.heldPrompts, "answer")} held to a JSON schema or a grammar`),
    ],
    ...(inputs.followed === null
      ? []
      : ([
          [
            "followed",
            `${inputs.followed.statement} ${inputs.followed.strictOnly} Token ids: ${inputs.followed.tokenIds}.`,
          ],
          ["requests", "one at a time; --parallel measures several at once"],
        ] as const)),
    ["rounds", `${facts.rounds} of ${facts.allRounds}`],
  ];
}

/** A table with the meanings of its columns below it. */
export function markdownTable({ title, columns, rows, meanings }: FigureTable): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    `## ${title}`,
    "",
    line(columns),
    line(columns.map((_, i) => (i === 0 ? "---" : "---:"))),
    ...rows.map(line),
    "",
    ...meanings.map(([column, meaning]) => `- ${column}: ${meaning}`),
    "",
  ];
}

function howMeasured({ plainThreads, settings }: BenchmarkFacts): string[] {
  const isDrawn = settings.temperature > 0;
  return [
    "## How it was measured",
    "",
    "- All strategies ran in one process on the same prompts, interleaved in a new order for each prompt and repeat, after one untimed warm-up answer each.",
    `- Plain decoding evaluates one token per step with ${plainThreads} ${plainThreads === 1 ? "thread" : "threads"}, the number with the lowest T(1) in the table measured in this process before the run; the table above shows the costs observed during the run.`,
    "- The clairvoyant planner sees what the drafter offers after every token, knows how much of it will be kept, chooses the drafts that make the whole answer cheapest, and pays only T(n) of this run. For relaxed output, a token counts as kept if it is the one in the answer.",
    "- An answer is equal if it matches plain's answer from evaluations that give the same bits for one token and for many.",
    ...(isDrawn ? ["- At a temperature above 0 peers are left out: they sample differently."] : []),
  ];
}
