// The output of `laser bench`: facts and tables on the terminal, one JSON object, or a report with a chart in
// a folder.
import { access, constants } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import {
  benchmarkChart,
  benchmarkTables,
  factLines,
  FOLLOWED,
  FOLLOWED_STRICT_ONLY,
  idSourceText,
  markdownReport,
  type Benchmark,
  type BenchmarkFacts,
  type BenchmarkRun,
  type FigureTable,
} from "../../bench/index.ts";
import type { Engine } from "../../engine/index.ts";
import { errorCode, makeFolder, writeFileAtomic } from "../../files/index.ts";
import type { BenchInputs, TokenizedInputs } from "./benchInputs.ts";
import { commandLine } from "./commandLine.ts";
import { benchSettings, type BenchFlags } from "./benchOptions.ts";
import { parallelFact, parallelTables, type ParallelResult } from "./parallelBench.ts";
import { CliError } from "../errors.ts";
import { refuseExisting } from "../files/overwrite.ts";
import { deviceName } from "../terminal/writeAnswer.ts";
import { note, printJson, writeOut } from "../terminal/output.ts";
import { formatTable } from "../terminal/table.ts";
import { givenSettings } from "../options/settingOptions.ts";
import { GENERATOR } from "../version.ts";

/** The files of a report, in its folder. */
const REPORT_FILES = { report: "report.md", chart: "chart.svg", figures: "benchmark.json" } as const;

/** Creates the report's folder before anything slow begins, and refuses one that has a report. @throws CliError */
export async function prepareFolder(path: string, overwrite?: boolean): Promise<void> {
  for (const name of Object.values(REPORT_FILES))
    await refuseExisting(join(path, name), { option: "--report", overwrite });
  try {
    await makeFolder(path);
    await access(path, constants.W_OK);
  } catch (error) {
    const reason = `it can't be written to (${errorCode(error) ?? String(error)})`;
    throw new CliError({ tag: "optionInvalid", option: "--report", value: path, reason }, { cause: error });
  }
}

export interface Finished {
  readonly engine: Engine;
  readonly tokenized: TokenizedInputs;
  readonly run: BenchmarkRun;
  readonly plainThreads: number;
  readonly loadBefore: number;
}

export function factsOf(
  flags: BenchFlags,
  { promptsName, ownParameters }: BenchInputs,
  { engine, tokenized, run, plainThreads, loadBefore }: Finished,
): BenchmarkFacts {
  const { model, device, target } = engine;
  const { prompts, pool } = tokenized;
  const { sampling, maxDraftTokens } = benchSettings(flags);
  const given = givenSettings(flags);
  return {
    date: new Date().toISOString(),
    generator: GENERATOR,
    command: commandLine("npm run bench --", process.argv.slice(3)),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown processor",
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      system: `${type()} ${release()}`,
      node: process.version,
      loadBefore,
      loadAfter: loadavg()[0]!,
    },
    model: {
      name: model.name,
      file: model.file,
      modelBytes: model.modelBytes,
      sha256: model.sha256,
      device: deviceName(device),
      contextTokens: target.contextTokens,
    },
    inputs: {
      prompts: promptsName,
      promptCount: prompts.length,
      pool: pool && { name: pool.name, answers: pool.answers.length, tokens: pool.tokens },
      online: flags.online ?? false,
      followed: tokenized.followed && {
        statement: FOLLOWED,
        strictOnly: FOLLOWED_STRICT_ONLY,
        tokenIds: idSourceText(tokenized.followed),
      },
      leftOut: prompts.filter(({ poolId }) => pool?.holds(poolId)).length,
    },
    settings: {
      repeats: run.allRounds / prompts.length,
      seed: sampling.seed,
      temperature: sampling.temperature,
      heldPrompts: prompts.filter(({ constraint = null }) => constraint !== null).length,
      repetitionPenalty: given["sampling.repetitionPenalty"] ?? (ownParameters ? null : 1),
      maxTokens: given.maxTokens ?? (ownParameters ? null : (prompts[0]?.maxTokens ?? null)),
      maxDraftTokens,
      frozenCosts: flags.freezeCosts ?? false,
    },
    plainThreads,
    stopped: run.stopped,
    rounds: run.rounds,
    allRounds: run.allRounds,
  };
}

/** Prints the figures, and writes the report if one was requested. */
export async function show(benchmark: Benchmark, { json, report }: BenchFlags): Promise<void> {
  const { facts, figures, costs, costsBefore } = benchmark;
  const strategies = Object.fromEntries(figures.arms.map(({ name, ...own }) => [name, own]));
  const object = { ...facts, costs: costs.points, costsBefore: costsBefore.points, strategies };
  if (report !== undefined) {
    await writeFileAtomic(join(report, REPORT_FILES.report), markdownReport(benchmark, REPORT_FILES.chart));
    await writeFileAtomic(join(report, REPORT_FILES.chart), benchmarkChart(benchmark));
    await writeFileAtomic(join(report, REPORT_FILES.figures), `${JSON.stringify(object, null, 1)}\n`);
  }
  if (json) printJson(object);
  else writeOut(terminalText(benchmark));
  if (report !== undefined) note(`report: ${join(report, REPORT_FILES.report)}`);
}

/** Prints what was measured of several requests at once. */
export function showParallel(
  flags: BenchFlags,
  inputs: BenchInputs,
  loaded: Pick<Finished, "engine" | "tokenized" | "loadBefore">,
  result: ParallelResult,
): void {
  const rounds = { rounds: 0, allRounds: loaded.tokenized.prompts.length * (flags.repeat ?? 1) };
  const run = { ...rounds, samples: [], references: [], costs: { points: [] }, stopped: result.stopped };
  const facts = factsOf(flags, inputs, { ...loaded, run, plainThreads: 0 });
  if (flags.json) {
    const { date, generator, command, machine, model, inputs: measured, settings } = facts;
    const setup = { date, generator, command, machine, model, inputs: measured, settings };
    const object = { ...setup, stopped: result.stopped, costs: result.costs, parallel: result.figures };
    printJson(object);
    return;
  }
  const known = factLines(facts).filter(([name]) => name !== "rounds" && name !== "requests");
  const lines = [
    ...[...known, parallelFact(result)].map(([name, value]) => `${name.padEnd(9)} ${value}`),
    "",
    ...parallelTables(result).flatMap(terminalTable),
  ];
  writeOut(`${lines.join("\n")}\n`);
}

function terminalText(benchmark: Benchmark): string {
  const { facts } = benchmark;
  const lines = [
    ...(facts.stopped ? [`stopped after ${facts.rounds} of ${facts.allRounds} rounds`, ""] : []),
    ...factLines(facts).map(([name, value]) => `${name.padEnd(9)} ${value}`),
    "",
    ...benchmarkTables(benchmark).flatMap(terminalTable),
  ];
  return `${lines.join("\n")}\n`;
}

/** A table with the meanings of its columns below it. */
export function terminalTable({ title, columns, rows, meanings }: FigureTable): string[] {
  const aligned = columns.map((column, i) => ({
    title: column,
    align: i === 0 ? ("left" as const) : ("right" as const),
  }));
  const width = Math.max(...meanings.map(([column]) => column.length));
  return [
    `── ${title} ──`,
    ...formatTable(aligned, rows),
    "",
    ...meanings.map(([column, meaning]) => `${column.padEnd(width)}  ${meaning}`),
    "",
  ];
}
