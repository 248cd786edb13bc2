// `laser evaluate`: whether relaxed knowledge serves a recommender as well as strict knowledge does.
import { Option, type Command } from "commander";
import { EVALUATION_CONTEXT_TOKENS, evaluate } from "../evaluation/evaluation.ts";
import { decimal, wholeNumber } from "../options/options.ts";
import { withOverwrite } from "../files/overwrite.ts";
import { expandHome } from "../files/paths.ts";
import { withEngine, withQuiet } from "../options/settingOptions.ts";

export function addEvaluateCommand(program: Command): void {
  const whole = (flags: string, about: string, min: number, max: number, preset: number): Option =>
    new Option(flags, about).argParser(wholeNumber(flags.split(" ")[0]!, { min, max })).default(preset);
  const command = program
    .command("evaluate")
    .description(
      "measure whether relaxed knowledge about items serves a recommender as well as strict knowledge",
    )
    .requiredOption("--data <file>", "a data set, as laser data imports it", expandHome)
    .addOption(
      new Option(
        "--knowledge <name=file>",
        "output of laser run over its items; one must be named strict (repeatable)",
      )
        .argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        "--user-knowledge <name=file>",
        "output of laser run over its users, under the name of each --knowledge (repeatable); needs --split user:… in the data",
      )
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], "none"),
    )
    .option(
      "--target <model>",
      "the model that wrote the answers, to measure how probable they are",
      expandHome,
    )
    .option("--prompt <file>", "the prompt file of the answers, for --target", expandHome)
    .addOption(whole("--scored-items <n>", "how many items' answers --target scores", 2, 1_000_000, 100))
    .addOption(
      new Option("--min-rating <stars>", "the lowest rating that counts as a click")
        .argParser(decimal("--min-rating", { min: -1e6, max: 1e6 }))
        .default(4),
    )
    .addOption(
      new Option("--margin <auc>", "the largest loss of AUC that counts as harmless")
        .argParser(decimal("--margin", { min: 0, max: 0.5 }))
        .default(0.002),
    )
    .addOption(whole("--seeds <n>", "click models per kind of knowledge", 2, 1000, 20))
    .addOption(
      whole("--resamples <n>", "bootstrap resamples of the users, for the intervals", 100, 100_000, 1000),
    )
    .addOption(
      whole("--cold-rows <n>", "items with this many training rows or fewer are cold", 0, 1_000_000, 5),
    )
    .option("--out <file>", "write the report there, as Markdown", expandHome)
    .option("--install", "fetch the click model's Python packages if they are missing");
  withQuiet(withEngine(withOverwrite(command), EVALUATION_CONTEXT_TOKENS)).action(evaluate);
}
