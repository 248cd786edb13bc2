// The work of `laser evaluate`: texts read, embedded and scored, click models trained, and the report written.
import { basename } from "node:path";
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
  type ClickModelPython,
  type Interaction,
  type Knowledge,
  type StudyResult,
  type StudyItem,
} from "../../evaluate/index.ts";
import { cacheFolder, writeFileAtomic } from "../../files/index.ts";
import { answerLikelihood } from "./answerLikelihood.ts";
import { CliError } from "../errors.ts";
import { findModel } from "../loadSession.ts";
import { expandHome } from "../files/paths.ts";
import type { OverwriteFlags } from "../files/overwrite.ts";
import { checkOutputPath } from "../files/tracePath.ts";
import { engineChoices } from "../options/settingOptions.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { openProgress, print } from "../terminal/output.ts";
import type { Progress } from "../terminal/progress.ts";

/** The options of the command. */
export interface EvaluateFlags extends OverwriteFlags {
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

/** Tokens of a text that the embedding model sees, unless --context-tokens says otherwise. */
export const EVALUATION_CONTEXT_TOKENS = 512;

/** Texts of all arms, and the interactions that judge them. */
interface Inputs {
  readonly arms: readonly Knowledge[];
  /** In the order of `arms`; empty without knowledge about users. */
  readonly userArms: readonly Knowledge[];
  readonly data: ReturnType<typeof studyData>;
}

/** Runs the evaluation and prints its report. @throws CliError, DataError, EvaluateError, WheelError, EngineError, FilesError */
export async function evaluate(flags: EvaluateFlags): Promise<void> {
  const named = parseArms(flags.knowledge);
  const namedUsers = parseUserArms(flags.userKnowledge, named);
  const scoring = scoringOf(flags);
  if (flags.out !== undefined)
    await checkOutputPath(
      flags.out,
      [flags.data, ...[...named, ...namedUsers].map(({ path }) => expandHome(path))],
      { ...flags, option: "--out" },
    );
  const progress = openProgress();
  try {
    await interruptible(async (signal) => {
      const inputs = await readInputs(flags, named, namedUsers, progress, signal);
      // Wrong inputs show before anything is fetched.
      await judge({ flags, inputs, progress, signal }, scoring);
    });
  } finally {
    progress.close();
  }
}

interface Work {
  readonly flags: EvaluateFlags;
  readonly inputs: Inputs;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Fetches what is missing, scores and embeds the texts, trains the click models, and prints what they say. */
async function judge(work: Work, scoring: ReturnType<typeof scoringOf>): Promise<void> {
  const { flags, inputs, progress, signal } = work;
  const onProgress = ({ message }: { readonly message: string }): void => {
    progress.update(message);
  };
  const hooks = { signal, env: process.env, onProgress };
  const python = await clickModelPython(cacheFolder(), flags.install ?? false, hooks);
  const choices = engineChoices(flags, EVALUATION_CONTEXT_TOKENS);
  const { items } = inputs.data;
  const likelihood =
    scoring === null
      ? null
      : await answerLikelihood(
          { ...scoring, data: flags.data, ...choices },
          items,
          inputs.arms,
          progress,
          signal,
        );
  const { path } = await findModel(flags.model, progress, signal);
  const { gpu, contextTokens, threads } = choices;
  const embedder = await openEmbedder({
    path,
    gpu,
    contextTokens,
    ...(threads !== undefined && { threads }),
    signal,
  });
  try {
    const { facts, vectors } = await embedInputs(embedder, inputs, progress, signal);
    const study = await trainClickModels(work, python, [...vectors, { name: "facts", vectors: facts }]);
    const { name, cutTexts } = embedder;
    const report = reportOf(flags, inputs, vectors, facts, {
      embedder: { name, cutTexts, contextTokens },
      likelihood,
      study,
    });
    progress.close();
    if (flags.out !== undefined) await writeFileAtomic(flags.out, report);
    print(report);
  } finally {
    await embedder.dispose();
  }
}

function trainClickModels(
  { flags, inputs, progress, signal }: Work,
  python: ClickModelPython,
  arms: readonly Arm[],
): Promise<StudyResult> {
  const { seeds, resamples, coldRows } = flags;
  return runClickModels(
    python,
    inputs.data,
    arms,
    { seeds, resamples, coldRows },
    {
      signal,
      env: process.env,
      onProgress: (done, all) => {
        progress.update("training click models", done / all);
      },
    },
  );
}

/** What --target and --prompt ask for; null without them. @throws CliError if one of them is missing */
function scoringOf({ target, prompt, scoredItems }: EvaluateFlags) {
  if (target === undefined && prompt === undefined) return null;
  const missing = { tag: "optionInvalid", reason: "--target and --prompt go together" } as const;
  if (target === undefined) throw new CliError({ ...missing, option: "--prompt", value: prompt! });
  if (prompt === undefined) throw new CliError({ ...missing, option: "--target", value: target });
  return { target, prompt, scoredItems };
}

async function readInputs(
  flags: EvaluateFlags,
  named: ReturnType<typeof parseArms>,
  namedUsers: ReturnType<typeof parseUserArms>,
  progress: Progress,
  signal: AbortSignal,
): Promise<Inputs> {
  const arms: Knowledge[] = [];
  for (const { name, path } of named) arms.push(await readKnowledge(name, expandHome(path), signal));
  const userArms: Knowledge[] = [];
  for (const { name, path } of namedUsers) userArms.push(await readKnowledge(name, expandHome(path), signal));
  progress.update("reading the data set");
  const { items, interactions } = await readData(flags.data, signal);
  if (userArms.length > 0 && interactions.every(({ part }) => part === undefined))
    throw new EvaluateError({ tag: "splitMissing", path: flags.data });
  return { arms, userArms, data: studyData(items, interactions, arms, flags.minRating, userArms) };
}

/** Vectors of the items' facts, and of each arm's texts. */
async function embedInputs(
  embedder: Embedder,
  { arms, userArms, data }: Inputs,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ readonly facts: Float32Array[]; readonly vectors: readonly Arm[] }> {
  const embed = (name: string, ids: readonly string[], texts: Knowledge["texts"]) =>
    embedAll(
      embedder,
      name,
      ids.map((id) => texts.get(id)!),
      progress,
      signal,
    );
  const facts = await embedAll(embedder, "facts", data.items.map(factsText), progress, signal);
  const itemIds = data.items.map(({ id }) => id);
  const vectors: Arm[] = [];
  for (const [at, { name, texts }] of arms.entries()) {
    const users = userArms[at];
    vectors.push({
      name,
      vectors: await embed(name, itemIds, texts),
      ...(users && { userVectors: await embed(`${name} of users`, data.userIds, users.texts) }),
    });
  }
  return { facts, vectors };
}

function reportOf(
  flags: EvaluateFlags,
  { arms, userArms, data }: Inputs,
  vectors: readonly Arm[],
  facts: Float32Array[],
  measured: Pick<Parameters<typeof evaluationReport>[0], "embedder" | "likelihood" | "study">,
): string {
  const strict = arms.find(({ name }) => name === "strict")!;
  return evaluationReport({
    dataSet: basename(flags.data),
    items: data.items.length,
    users: data.userCount,
    interactions: data.labels.length,
    minRating: flags.minRating,
    margin: flags.margin,
    seeds: flags.seeds,
    resamples: flags.resamples,
    coldRows: flags.coldRows,
    arms: arms.map(({ name, path, failedRows }, at) => ({
      name,
      file: basename(path),
      failedRows,
      users: userArms[at] === undefined ? null : basename(userArms[at].path),
    })),
    measures: arms.map((knowledge, at) =>
      directMeasures(data.items, strict, { knowledge, vectors: vectors[at]!.vectors }, facts),
    ),
    ...measured,
  });
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
