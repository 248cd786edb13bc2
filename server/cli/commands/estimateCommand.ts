// `laser estimate`: what a user's own earlier answers would gain on this machine and model.
import { basename } from "node:path";
import { Option, type Command } from "commander";
import { bestPlainThreads, estimate, idSourceText, pointsOf, readRecorded } from "../../bench/index.ts";
import { DEFAULT_SETTINGS, withValues } from "../../../core/settings/index.ts";
import { draftsTrees, ROW_WIDTH } from "../../worker/index.ts";
import { estimateLines, estimateObject } from "../bench/estimateOutput.ts";
import { measuredCosts } from "../bench/measuredCosts.ts";
import { modelBatches } from "../bench/modelBatches.ts";
import { openEngine } from "../bench/openEngine.ts";
import { recordedAnswers } from "../bench/recordedAnswers.ts";
import { expandHome } from "../files/paths.ts";
import { wholeNumber } from "../options/options.ts";
import { givenSettings, withEngine, withQuiet, withSettings } from "../options/settingOptions.ts";
import { interruptible, stoppableAfter } from "../terminal/interrupt.ts";
import { openProgress, print, printJson } from "../terminal/output.ts";

interface EstimateFlags {
  readonly model?: string;
  readonly folds: number;
  readonly tests?: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** T(n) is measured at up to 480 tokens of context. */
const CONTEXT_TOKENS = 1024;
const FOLDS = 5;

export function addEstimateCommand(program: Command): void {
  const number = (flags: string, about: string, min: number, max: number, preset?: number): Option =>
    new Option(flags, about).argParser(wholeNumber(flags.split(" ")[0]!, { min, max })).default(preset);
  const command = program
    .command("estimate")
    .description(
      "what your own earlier answers would gain here: each drafted from the others, with the measured T(n)",
    )
    .argument(
      "<file>",
      'one answer per line: {"id", "text"} with "prompt" if known, or recorded token ids',
      expandHome,
    )
    .addOption(
      number(
        "--folds <n>",
        "number of parts into which the answers are split, each tested in turn",
        2,
        1000,
        FOLDS,
      ),
    )
    .addOption(
      number("--tests <n>", "use only the first n answers; default: all", 2, Number.MAX_SAFE_INTEGER),
    )
    .addOption(number("--seed <n>", "seed of the parts and the intervals", 0, 2 ** 31, 0));
  withSettings(command, ["maxDraftTokens", "draftShape", "maxTreeTokens"]);
  withQuiet(withEngine(command, CONTEXT_TOKENS))
    .option("--json", "print one JSON object")
    .action(runEstimate);
}

async function runEstimate(path: string, flags: EstimateFlags): Promise<void> {
  const file = await readRecorded(path);
  const progress = openProgress();
  try {
    await interruptible(async (signal) => {
      const engine = await openEngine(flags, CONTEXT_TOKENS, progress, signal);
      try {
        const { recordings, source } = await stoppableAfter(signal, () => recordedAnswers(file, engine));
        const costs = await measuredCosts(engine, progress, signal);
        const settings = withValues(DEFAULT_SETTINGS, givenSettings(flags));
        const isTree = draftsTrees({ ...settings, strategy: "laser-strict" }, engine);
        const plainThreads = bestPlainThreads(costs);
        const result = await estimate(recordings.slice(0, flags.tests), {
          path,
          costs,
          batches: (await modelBatches(engine, progress, signal))?.chosen ?? null,
          plainCosts: pointsOf(costs, plainThreads),
          like: engine.target,
          maxThreads: engine.device.maxThreads,
          folds: flags.folds,
          maxDraftTokens: settings.maxDraftTokens,
          treeTokens: isTree ? settings.maxTreeTokens : null,
          rowWidth: ROW_WIDTH,
          seed: flags.seed,
          signal,
          now: () => performance.now(),
          onProgress: (done, all) => {
            progress.update("replaying the answers with the measured times", done / all);
          },
        });
        progress.close();
        const report = {
          estimate: result,
          file: basename(path),
          tokenIds: idSourceText(source),
          promptsKnown: file.kind === "ids" || file.texts.every(({ prompt }) => prompt !== null),
          model: engine.model,
          device: engine.device,
          costs,
        };
        if (flags.json) printJson(estimateObject(report));
        else print(estimateLines(report).join("\n"));
      } finally {
        await engine.dispose();
      }
    });
  } finally {
    progress.close();
  }
}
