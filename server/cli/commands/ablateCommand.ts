// `laser ablate`: what each part of the method brings, on recorded answers and recorded traces, without a model.
import { cpus } from "node:os";
import { basename, extname } from "node:path";
import { Option, type Command } from "commander";
import {
  ABLATED,
  ablateRules,
  ablating,
  ablationChart,
  ablationFacts,
  ablationMarkdown,
  ablationTables,
  BenchError,
  DEFAULT_POOL_SIZES,
  idSourceText,
  parseRules,
  readRecorded,
  RULE_NOT_MEASURED,
  SHAPES,
  withoutModel,
  type Ablated,
  type Ablation,
  type AblationFacts,
  type AblationReport,
  type NotMeasured,
  type RelaxedRule,
  type RuleAblation,
  type Shape,
} from "../../bench/index.ts";
import { sha256File, writeFileAtomic } from "../../files/index.ts";
import { inPieces, turnFor } from "../../worker/index.ts";
import { SETTINGS } from "../../../core/settings/index.ts";
import { terminalTable } from "../bench/benchOutput.ts";
import { commandLine } from "../bench/commandLine.ts";
import { CliError } from "../errors.ts";
import { oneOf, wholeNumber } from "../options.ts";
import { collectPaths, expandHome } from "../paths.ts";
import { readTrace } from "../readTrace.ts";
import { note, printJson, writeOut } from "../terminal/output.ts";
import { stoppable, type Show } from "../terminal/stoppable.ts";
import { checkOutputPath } from "../tracePath.ts";
import { GENERATOR } from "../version.ts";

interface AblateFlags {
  readonly only?: readonly Ablated[];
  readonly pool?: number;
  readonly poolSizes: readonly number[];
  readonly tests?: number;
  readonly seed: number;
  readonly base: Shape;
  readonly draft: number;
  readonly traces?: readonly string[];
  readonly rules: readonly RelaxedRule[];
  readonly out: string;
  readonly json?: boolean;
}

const REPORT_ENDING = ".md";
const DEFAULT_RULES = "2:0.1,3:0.05,5:0.01";
const MAX_SEED = 2 ** 31 - 1;

export function addAblateCommand(program: Command): void {
  const count = (flags: string, about: string, min: number, max = Number.MAX_SAFE_INTEGER): Option =>
    new Option(flags, about).argParser(wholeNumber(flags.split(" ", 1)[0]!, { min, max }));
  const { minimum, maximum, default: preset } = SETTINGS.maxDraftTokens;
  const shapes = Object.keys(SHAPES) as Shape[];
  program
    .command("ablate")
    .description(
      "what groups, pool size, on-line pools, trees and rules bring: a table and a chart, without a model",
    )
    .argument(
      "[file]",
      'one answer per line: {"k", "kind", "group", "prompt": [ids], "out": [ids]} or {"id", "group", "text"}',
      expandHome,
    )
    .addOption(
      new Option("--only <a,b>", `what to vary (${ABLATED.join()}); default: all`).argParser(ablatedIn),
    )
    .addOption(
      count(
        "--pool <n>",
        "answers in the base arm's pool; default: the largest size there are answers for",
        1,
      ),
    )
    .addOption(
      new Option("--pool-sizes <a,b>", "other sizes of the pool; 0: no pool")
        .argParser(sizesIn)
        .default(DEFAULT_POOL_SIZES, DEFAULT_POOL_SIZES.join()),
    )
    .addOption(count("--tests <n>", "answers to test with; default: a fifth of them, at most 200", 1))
    .addOption(
      count("--seed <n>", "seed of tests, pools, random groups and intervals", 0, MAX_SEED).default(0),
    )
    .addOption(
      new Option("--base <shape>", `shape of the base arm's drafts (${shapes.join()})`)
        .argParser(oneOf("--base", shapes))
        .default("chain"),
    )
    .addOption(count("--draft <n>", "maximum chain length", minimum!, maximum).default(preset))
    .option("--traces <files...>", "recorded traces, judged again under other rules", collectPaths)
    .addOption(
      new Option("--rules <k:p,…>", "relaxed rules to judge traces under")
        .argParser(rulesIn)
        .default(rulesIn(DEFAULT_RULES), DEFAULT_RULES),
    )
    .addOption(
      new Option("--out <file>", "the report to write, with the chart of the same name (.svg) beside it")
        .argParser(reportPath)
        .default("ablation.md"),
    )
    .option("--json", "print one JSON object")
    .action(runAblate);
}

/** @throws BenchError, CliError, TextFileError, PoolError */
async function runAblate(file: string | undefined, flags: AblateFlags): Promise<void> {
  const { traces = [], only = ABLATED, out, json = false } = flags;
  if (file === undefined && traces.length === 0)
    throw new CliError({
      tag: "optionInvalid",
      option: "--traces",
      value: "none",
      reason: "give a file of recorded answers, recorded traces, or both",
    });
  const chart = out.slice(0, -REPORT_ENDING.length) + ".svg";
  const inputs = [...(file === undefined ? [] : [file]), ...traces];
  await checkOutputPath(out, inputs);
  await checkOutputPath(chart, inputs);
  const report = await stoppable("nothing was written", (signal, show) => measure(file, flags, signal, show));
  if (report === null) return;
  await writeFileAtomic(out, ablationMarkdown(report, basename(chart)));
  await writeFileAtomic(chart, ablationChart(report));
  if (json) printJson(jsonOf(report, only));
  else writeOut(terminalText(report));
  note(`report: ${out}, chart: ${chart}`);
}

async function measure(
  file: string | undefined,
  flags: AblateFlags,
  signal: AbortSignal,
  show: Show,
): Promise<AblationReport> {
  const only = flags.only ?? ABLATED;
  // First, so that a trace that can't be read is named before anything slow begins.
  const rules = only.includes("rule") ? await judged(flags, signal, show) : null;
  const answers = file === undefined ? null : await replayed(file, flags, only, signal, show);
  const notMeasured: NotMeasured[] =
    answers === null
      ? only
          .filter((one) => one !== "rule")
          .map((ablated) => ({
            ablated,
            name: "all arms",
            reason: "a recorded trace holds one run's drafts: give a file of recorded answers",
          }))
      : [...answers.ablation.plan.notMeasured];
  if (only.includes("rule") && rules === null) notMeasured.push(RULE_NOT_MEASURED);
  return {
    facts: factsOf(file, flags, answers?.recordings ?? null),
    answers: answers?.ablation ?? null,
    rules,
    notMeasured,
  };
}

async function replayed(
  path: string,
  flags: AblateFlags,
  only: readonly Ablated[],
  signal: AbortSignal,
  show: Show,
): Promise<{ readonly ablation: Ablation; readonly recordings: AblationFacts["recordings"] }> {
  show.onStep("reading the answers");
  const { recordings, source } = withoutModel(await readRecorded(path));
  const sha256 = await sha256File(path, { signal });
  await turnFor(signal);
  const work = ablating(recordings, {
    path,
    only: only.filter((one) => one !== "rule"),
    poolAnswers: flags.pool ?? null,
    poolSizes: flags.poolSizes,
    testAnswers: flags.tests ?? null,
    seed: flags.seed,
    shape: flags.base,
    draftTokens: flags.draft,
    now: () => performance.now(),
    onProgress: (done, all) => {
      show.onStep("replaying the answers", done / all);
    },
  });
  return {
    ablation: await inPieces(work, signal),
    recordings: { file: basename(path), sha256, tokenIds: idSourceText(source) },
  };
}

async function judged(
  { traces = [], rules, seed }: AblateFlags,
  signal: AbortSignal,
  show: Show,
): Promise<RuleAblation | null> {
  if (traces.length === 0) return null;
  const read = [];
  for (const path of traces) {
    show.onStep("reading the traces", read.length / traces.length);
    read.push({ name: basename(path), trace: await readTrace(path) });
    await turnFor(signal);
  }
  return ablateRules(read, rules, seed);
}

function factsOf(
  file: string | undefined,
  flags: AblateFlags,
  recordings: AblationFacts["recordings"],
): AblationFacts {
  const { only = ABLATED, pool, poolSizes, tests, seed, base, draft, traces = [], rules, out } = flags;
  const options: readonly (readonly [string, string | number | undefined])[] = [
    ["--only", only.join()],
    ["--pool", pool],
    ["--pool-sizes", poolSizes.join()],
    ["--tests", tests],
    ["--seed", seed],
    ["--base", base],
    ["--draft", draft],
    ...(traces.length === 0
      ? []
      : ([
          ["--rules", rules.map(({ topK, minProbability }) => `${topK}:${minProbability}`).join()],
        ] as const)),
    ["--out", out],
  ];
  const given = options.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
  const args = [...(file === undefined ? [] : [file]), ...given];
  return {
    date: new Date().toISOString(),
    generator: GENERATOR,
    command: commandLine("laser ablate", traces.length === 0 ? args : [...args, "--traces", ...traces]),
    machine: `${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`,
    seed,
    recordings,
  };
}

function jsonOf({ facts, answers, rules, notMeasured }: AblationReport, only: readonly Ablated[]): object {
  const arms = answers?.arms.map(({ plan, ...figures }) => {
    const { ablated, name, meaning } = plan;
    return { ablated, name, meaning, ...figures };
  });
  return {
    ...facts,
    only,
    arms: arms ?? null,
    comparisons: answers?.comparisons ?? null,
    rules,
    notMeasured,
  };
}

function terminalText(report: AblationReport): string {
  const lines = [
    ...ablationFacts(report).map(([name, value]) => `${name.padEnd(9)} ${value}`),
    `command   ${report.facts.command}`,
    "",
    ...ablationTables(report).flatMap(terminalTable),
  ];
  return `${lines.join("\n")}\n`;
}

/** @throws BenchError ablatedUnknown for a word that is unknown or named twice */
function ablatedIn(list: string): readonly Ablated[] {
  const names = list.split(",").map((name) => name.trim());
  return names.map((name, index) => {
    const found = ABLATED.find((one) => one === name);
    if (found === undefined || names.indexOf(name) < index)
      throw new BenchError({ tag: "ablatedUnknown", name, known: ABLATED });
    return found;
  });
}

function sizesIn(list: string): readonly number[] {
  const parse = wholeNumber("--pool-sizes", { min: 0, max: Number.MAX_SAFE_INTEGER });
  return list.split(",").map((size) => parse(size.trim()));
}

function rulesIn(text: string): readonly RelaxedRule[] {
  const rules = parseRules(text);
  if (rules === null)
    throw new CliError({
      tag: "optionInvalid",
      option: "--rules",
      value: text,
      reason: "it must be k:p, or several parted by commas, each once, such as 2:0.1,3:0.05",
    });
  return rules;
}

function reportPath(path: string): string {
  if (extname(path) !== REPORT_ENDING)
    throw new CliError({
      tag: "optionInvalid",
      option: "--out",
      value: path,
      reason: `it must end in ${REPORT_ENDING}; the chart is written beside it`,
    });
  return expandHome(path);
}
