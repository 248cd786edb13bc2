// `laser evaluate`: whether relaxed knowledge serves a recommender as well as strict knowledge does.
import { basename } from "node:path";
import { Option, type Command } from "commander";
import { describedItems, interactionsOf, PARTS } from "../../data/index.ts";
import { openEmbedder, type Embedder } from "../../engine/index.ts";
import {
  clickModelPython,
  directMeasures,
  EvaluateError,
  evaluationReport,
  factsText,
  parseArms,
  parseUserArms,
  readKnowledge,
  runClickModels,
  studyData,
  type Arm,
  type Interaction,
  type Knowledge,
  type StudyItem,
} from "../../evaluate/index.ts";
import { cacheFolder, writeFileAtomic } from "../../files/index.ts";
import { answerLikelihood } from "../answerLikelihood.ts";
import { CliError } from "../errors.ts";
import { findModel } from "../loadSession.ts";
import { decimal, wholeNumber } from "../options.ts";
import { expandHome } from "../paths.ts";
import { checkOutputPath } from "../tracePath.ts";
import { engineChoices, withEngine, withQuiet } from "../settingOptions.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { openProgress, print } from "../terminal/output.ts";
import type { Progress } from "../terminal/progress.ts";

interface EvaluateFlags {
  readonly data: string;
  readonly knowledge: readonly string[];
  readonly userKnowledge: readonly string[];
  readonly model?: string;
  readonly prompt?: string;
  readonly target?: string;
  readonly scoredItems: number;
  readonly minRating: number;
  readonly margin: number;
  readonly seeds: number;
  readonly resamples: number;
  readonly coldRows: number;
  readonly out?: string;
  readonly install?: boolean;
}

const CONTEXT_TOKENS = 512;

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
      whole("--resamples <n>", "how often users are drawn again for the intervals", 100, 100_000, 1000),
    )
    .addOption(
      whole("--cold-rows <n>", "items with this many training rows or fewer are cold", 0, 1_000_000, 5),
    )
    .option("--out <file>", "write the report there, as Markdown", expandHome)
    .option("--install", "fetch the click model's Python packages if they are missing");
  withQuiet(withEngine(command, CONTEXT_TOKENS)).action(evaluate);
}

async function evaluate(flags: EvaluateFlags): Promise<void> {
  const named = parseArms(flags.knowledge);
  const namedUsers = parseUserArms(flags.userKnowledge, named);
  const scoring = scoringOf(flags);
  if (flags.out !== undefined)
    await checkOutputPath(flags.out, [
      flags.data,
      ...[...named, ...namedUsers].map(({ path }) => expandHome(path)),
    ]);
  const progress = openProgress();
  try {
    await interruptible(async (signal) => {
      const hooks = {
        signal,
        env: process.env,
        onProgress: ({ message }: { readonly message: string }) => {
          progress.update(message);
        },
      };
      const arms: Knowledge[] = [];
      for (const { name, path } of named) arms.push(await readKnowledge(name, expandHome(path), signal));
      const userArms: Knowledge[] = [];
      for (const { name, path } of namedUsers)
        userArms.push(await readKnowledge(name, expandHome(path), signal));
      progress.update("reading the data set");
      const { items, interactions } = await readData(flags.data, signal);
      if (userArms.length > 0 && interactions.every(({ part }) => part === undefined))
        throw new EvaluateError({ tag: "splitMissing", path: flags.data });
      const data = studyData(items, interactions, arms, flags.minRating, userArms);
      // Wrong inputs show before anything is fetched.
      const python = await clickModelPython(cacheFolder(), flags.install ?? false, hooks);
      const likelihood =
        scoring === null
          ? null
          : await answerLikelihood(
              { ...scoring, data: flags.data, ...engineChoices(flags, CONTEXT_TOKENS) },
              data.items,
              arms,
              progress,
              signal,
            );
      const found = await findModel(flags.model, progress, signal);
      const { gpu, contextTokens, threads } = engineChoices(flags, CONTEXT_TOKENS);
      const embedder = await openEmbedder({
        path: found.path,
        gpu,
        contextTokens,
        ...(threads !== undefined && { threads }),
        signal,
      });
      try {
        const facts = await embedAll(embedder, "facts", data.items.map(factsText), progress, signal);
        const vectors: Arm[] = [];
        for (const [at, { name, texts }] of arms.entries()) {
          const users = userArms[at];
          const embed = (ids: readonly string[], of: Knowledge["texts"], what: string) =>
            embedAll(
              embedder,
              what,
              ids.map((id) => of.get(id)!),
              progress,
              signal,
            );
          vectors.push({
            name,
            vectors: await embed(
              data.items.map(({ id }) => id),
              texts,
              name,
            ),
            ...(users && { userVectors: await embed(data.userIds, users.texts, `${name} of users`) }),
          });
        }
        const study = await runClickModels(
          python,
          data,
          [...vectors, { name: "facts", vectors: facts }],
          { seeds: flags.seeds, resamples: flags.resamples, coldRows: flags.coldRows },
          {
            ...hooks,
            onProgress: (done, all) => {
              progress.update("training click models", done / all);
            },
          },
        );
        const strict = arms.find(({ name }) => name === "strict")!;
        const report = evaluationReport({
          dataSet: basename(flags.data),
          items: data.items.length,
          users: data.userCount,
          interactions: data.labels.length,
          minRating: flags.minRating,
          margin: flags.margin,
          seeds: flags.seeds,
          resamples: flags.resamples,
          coldRows: flags.coldRows,
          embedder: { name: embedder.name, cutTexts: embedder.cutTexts, contextTokens },
          arms: arms.map(({ name, path, failedRows }, at) => ({
            name,
            file: basename(path),
            failedRows,
            users: userArms[at] === undefined ? null : basename(userArms[at].path),
          })),
          likelihood,
          study,
          measures: arms.map((knowledge, at) =>
            directMeasures(data.items, strict, { knowledge, vectors: vectors[at]!.vectors }, facts),
          ),
        });
        progress.close();
        if (flags.out !== undefined) await writeFileAtomic(flags.out, report);
        print(report);
      } finally {
        await embedder.dispose();
      }
    });
  } finally {
    progress.close();
  }
}

/** What --target and --prompt ask for; null without them. @throws CliError if one of them is missing */
function scoringOf({ target, prompt, scoredItems }: EvaluateFlags) {
  if (target === undefined && prompt === undefined) return null;
  const missing = { tag: "optionInvalid", reason: "--target and --prompt go together" } as const;
  if (target === undefined) throw new CliError({ ...missing, option: "--prompt", value: prompt! });
  if (prompt === undefined) throw new CliError({ ...missing, option: "--target", value: target });
  return { target, prompt, scoredItems };
}

/** Interactions without a rating are left out: whether they are clicks is not known. */
async function readData(
  path: string,
  signal: AbortSignal,
): Promise<{ readonly items: readonly StudyItem[]; readonly interactions: readonly Interaction[] }> {
  const items: StudyItem[] = [];
  for await (const { categories, ...item } of describedItems(path, signal))
    items.push({ ...item, attributes: categories });
  const interactions: Interaction[] = [];
  for await (const { user, item, rating, timeMs, part } of interactionsOf(path, signal)) {
    if (timeMs === null) throw new EvaluateError({ tag: "timesMissing", path });
    const parted = part == null ? {} : { part: PARTS.indexOf(part) };
    if (rating !== null) interactions.push({ user, item, rating, timeMs, ...parted });
  }
  return { items, interactions };
}

async function embedAll(
  embedder: Embedder,
  name: string,
  texts: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const text of texts) {
    signal.throwIfAborted();
    progress.update(`embedding ${name}`, vectors.length / texts.length);
    vectors.push(await embedder.embed(text));
  }
  return vectors;
}
