// `laser ablate`: what each part of the method gains, on recorded answers and recorded traces, without a model.
import { basename, extname } from "node:path";
import { Option, type Command } from "commander";
import {
  ABLATED,
  ablationChart,
  ablationMarkdown,
  BenchError,
  DEFAULT_POOL_SIZES,
  parseRules,
  SHAPES,
  type Ablated,
  type RelaxedRule,
  type Shape,
} from "../../bench/index.ts";
import { writeFileAtomic } from "../../files/index.ts";
import { SETTINGS } from "../../../core/settings/index.ts";
import { ABLATE_CONTEXT_TOKENS, type AblateFlags } from "../bench/ablateFlags.ts";
import { ablationObject, ablationText } from "../bench/ablateOutput.ts";
import { runAblation } from "../bench/ablateRun.ts";
import { CliError } from "../errors.ts";
import { oneOf, wholeNumber } from "../options/options.ts";
import { withOverwrite } from "../files/overwrite.ts";
import { collectPaths, expandHome } from "../files/paths.ts";
import { withEngine } from "../options/settingOptions.ts";
import { note, printJson, writeOut } from "../terminal/output.ts";
import { stoppable } from "../terminal/stoppable.ts";
import { checkOutputPath } from "../files/tracePath.ts";

const REPORT_ENDING = ".md";
const DEFAULT_PROMPTS = 5;
const DEFAULT_RULES = "2:0.1,3:0.05,5:0.01";
const MAX_SEED = 2 ** 31 - 1;

export function addAblateCommand(program: Command): void {
  const count = (flags: string, about: string, min: number, max = Number.MAX_SAFE_INTEGER): Option =>
    new Option(flags, about).argParser(wholeNumber(flags.split(" ", 1)[0]!, { min, max }));
  const { minimum, maximum, default: preset } = SETTINGS.maxDraftTokens;
  const shapes = Object.keys(SHAPES) as Shape[];
  const command = program
    .command("ablate")
    .description(
      "what groups, pool size, on-line pools, trees and rules gain: a table and a chart, mostly without a model",
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
      new Option("--rules <k:p,…>", "relaxed rules for traces or a model")
        .argParser(rulesIn)
        .default(rulesIn(DEFAULT_RULES), DEFAULT_RULES),
    )
    .addOption(
      new Option("--out <file>", "the report to write, with the chart of the same name (.svg) beside it")
        .argParser(reportPath)
        .default("ablation.md"),
    )
    .addOption(
      count("--prompts <n>", "how many of the tests the model of --model answers under each rule", 1).default(
        DEFAULT_PROMPTS,
      ),
    )
    .option("--json", "print one JSON object");
  withEngine(withOverwrite(command), ABLATE_CONTEXT_TOKENS).action(runAblate);
}

/** @throws BenchError, CliError, TextFileError, PoolError */
async function runAblate(file: string | undefined, flags: AblateFlags): Promise<void> {
  const { traces = [], out, overwrite } = flags;
  checkSources(file, flags);
  const chart = out.slice(0, -REPORT_ENDING.length) + ".svg";
  const inputs = [...(file === undefined ? [] : [file]), ...traces];
  for (const path of [out, chart]) await checkOutputPath(path, inputs, { option: "--out", overwrite });
  const report = await stoppable("nothing was written", (signal, show) =>
    runAblation(file, flags, signal, show),
  );
  if (report === null) return;
  await writeFileAtomic(out, ablationMarkdown(report, basename(chart)));
  await writeFileAtomic(chart, ablationChart(report));
  if (flags.json) printJson(ablationObject(report));
  else writeOut(ablationText(report));
  note(`report: ${out}, chart: ${chart}`);
}

/** @throws CliError optionInvalid */
function checkSources(file: string | undefined, { traces = [], model }: AblateFlags): void {
  const refuse = (option: string, value: string, reason: string): never => {
    throw new CliError({ tag: "optionInvalid", option, value, reason });
  };
  if (model !== undefined && traces.length > 0)
    refuse("--model", model, "rules are measured by a model or judged on --traces, not both");
  if (file !== undefined) return;
  if (model !== undefined)
    refuse("--model", model, "give a file of recorded answers, whose prompts it answers");
  if (traces.length === 0)
    refuse("--traces", "none", "give a file of recorded answers, recorded traces, or both");
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
      reason: "it must be k:p, or several separated by commas, each once, such as 2:0.1,3:0.05",
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
