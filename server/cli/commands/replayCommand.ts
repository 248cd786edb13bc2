// `laser replay`: measures drafting strategies on recorded answers, without a model.
import { Option, type Command } from "commander";
import {
  figuresOf,
  GROUP_MODES,
  MIN_GROUP_ANSWERS,
  parseGroupModes,
  parseStrategies,
  readRecordings,
  replay,
  REPLAY_STRATEGIES,
  TREE_LEAVES,
  type Interval,
  type Replay,
  type ReplayFigures,
  type StrategyReplay,
} from "../../bench/index.ts";
import { several } from "../../../core/base/index.ts";
import { SETTINGS } from "../../../core/settings/index.ts";
import { shareOf } from "../terminal/figures.ts";
import { expandHome } from "../files/paths.ts";
import { wholeNumber } from "../options/options.ts";
import { print, printJson } from "../terminal/output.ts";
import { formatTable, type Column } from "../terminal/table.ts";

interface ReplayFlags {
  readonly pool: number;
  readonly tests?: number;
  readonly strategies?: string;
  readonly online?: boolean;
  readonly groups?: string;
  readonly draft: number;
  readonly json?: boolean;
}

export function addReplayCommand(program: Command): void {
  const count = (option: string, min: number, max = Number.MAX_SAFE_INTEGER) =>
    wholeNumber(option, { min, max });
  const { minimum, maximum, default: preset } = SETTINGS.maxDraftTokens;
  program
    .command("replay")
    .description("measure drafting on recorded answers, without a model")
    .argument(
      "<file>",
      'one answer per line: {"k", "kind", "group", "prompt": [ids], "out": [ids]}',
      expandHome,
    )
    .requiredOption("--pool <n>", "the first n answers form the pool", count("--pool", 0))
    .option("--tests <n>", "how many of the answers after them to test (all)", count("--tests", 1))
    .option("--strategies <a,b>", `which to compare, each with the first (${REPLAY_STRATEGIES.join()})`)
    .option("--online", "add each answer to the pool when it is complete")
    .option(
      "--groups <a,b>",
      `how laser-strict and our trees use the answers' groups (${GROUP_MODES.join()}); default: global`,
    )
    .addOption(
      new Option("--draft <n>", "maximum chain length")
        .argParser(count("--draft", minimum!, maximum))
        .default(preset),
    )
    .option("--json", "print one JSON object")
    .action(runReplay);
}

async function runReplay(path: string, flags: ReplayFlags): Promise<void> {
  const strategies = parseStrategies(namesIn(flags.strategies));
  const result = replay(await readRecordings(path), {
    path,
    poolAnswers: flags.pool,
    testAnswers: flags.tests ?? null,
    strategies,
    online: flags.online ?? false,
    groups: parseGroupModes(namesIn(flags.groups)),
    draftTokens: flags.draft,
    now: () => performance.now(),
  });
  if (flags.json) printJson(summary(result));
  else print(report(result, flags).join("\n"));
}

const namesIn = (list: string | undefined): readonly string[] =>
  list?.split(",").map((name) => name.trim()) ?? [];

/** A strategy, with its use of groups where there is a choice. */
const nameOf = ({ strategy, groups }: StrategyReplay): string =>
  groups === null || groups === "global" ? strategy : `${strategy} ${groups}`;

/** Each strategy's figures by its name, in the order named. */
function allFigures({ strategies }: Replay): [string, ReplayFigures, StrategyReplay][] {
  const [first] = strategies;
  return first === undefined ? [] : strategies.map((one) => [nameOf(one), figuresOf(one, first), one]);
}

/** What --json prints; null if there is nothing to measure. */
function summary(result: Replay): object {
  return {
    pool: result.poolAnswers,
    tests: result.testAnswers,
    poolTokens: result.poolTokens,
    loopingTests: result.loopingAnswers,
    strategies: Object.fromEntries(
      allFigures(result).map(([name, figures, { calibration }]) => [
        name,
        {
          ...figures,
          edl: figures.edl.value,
          edlInterval: ends(figures.edl),
          edlBeforeLoop: figures.edlBeforeLoop.value,
          edlBeforeLoopInterval: ends(figures.edlBeforeLoop),
          difference: figures.difference?.value ?? null,
          calibration,
          differenceInterval: figures.difference === null ? null : ends(figures.difference),
        },
      ]),
    ),
  };
}

const ends = ({ low, high }: Interval): [number, number] => [low, high];

const COLUMNS: readonly Column[] = [
  { title: "strategy", align: "left" },
  { title: "EDL", align: "right" },
  { title: "vs the first", align: "right" },
  { title: "EDL before loop", align: "right" },
  { title: "drafted/step", align: "right" },
  { title: "acceptance", align: "right" },
  { title: "of expected", align: "right" },
  { title: "p50 µs", align: "right" },
  { title: "p99 µs", align: "right" },
];

function report(result: Replay, { online }: ReplayFlags): string[] {
  const { poolAnswers, poolTokens, testAnswers, loopingAnswers } = result;
  const rows = allFigures(result).map(([name, figures]) => [
    name,
    withInterval(figures.edl, 2),
    figures.difference === null ? "–" : withInterval(figures.difference, 3),
    withInterval(figures.edlBeforeLoop, 2),
    decimals(figures.draftedPerStep, 1),
    shareOf(figures.kept, figures.drafted),
    decimals(figures.keptOfExpected, 2),
    decimals(figures.lookupP50Us, 1),
    decimals(figures.lookupP99Us, 1),
  ]);
  return [
    `pool: the first ${poolAnswers === 1 ? "answer" : `${poolAnswers} answers`}, ${several(poolTokens, "token")}, ${online ? "growing with each test" : "frozen"}`,
    `tests: the next ${testAnswers === 1 ? "answer" : `${testAnswers} answers`}; in ${shareOf(loopingAnswers, testAnswers)} an 8-gram occurs twice`,
    "",
    ...formatTable(COLUMNS, rows),
    "",
    "EDL              tokens ÷ steps, strict; steps without a draft included, prefill excluded",
    "vs the first     its EDL minus that of the first strategy, over the same answers",
    "EDL before loop  as if each answer had ended before its first repeated 8-gram",
    "acceptance       kept ÷ drafted tokens",
    "of expected      kept tokens ÷ the sum of the probabilities, stated beforehand, that they would be kept",
    "p50, p99         time of one whole draft, measured outside the index",
    "[ … ]            95 % interval, bootstrap over answers",
    "reference-tree   the published tree of 64 tokens, as if trees could be verified; reference is its best chain",
    `laser-tree-n     our tree of n tokens and at most ${TREE_LEAVES} leaves, best-first out of laser-strict's votes`,
    `hard             the pool of the answer's group, or of all answers if the group has fewer than ${MIN_GROUP_ANSWERS} answers`,
    "soft             one pool of all answers, with learned weights for other groups' votes",
  ];
}

/** "4.20 [3.71, 4.80]" */
function withInterval({ value, low, high }: Interval, digits: number): string {
  return `${decimals(value, digits)} [${decimals(low, digits)}, ${decimals(high, digits)}]`;
}

function decimals(value: number, digits: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(digits);
}
