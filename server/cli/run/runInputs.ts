// What a batch run is given, read and checked before a model is loaded.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { describeError } from "../../../core/base/index.ts";
import {
  parsePrompty,
  PromptError,
  type PromptFile,
  type PromptValue,
  type ReadPromptFile,
} from "../../../core/prompts/index.ts";
import { alsoWrittenBy, outputPaths, placeBeside } from "../../batch/index.ts";
import type { RowSource } from "../../data/index.ts";
import { checkConstraint } from "../../worker/index.ts";
import { givenSettings } from "../options/settingOptions.ts";
import {
  DEFAULT_SETTINGS,
  withParameters,
  withValues,
  type GenerationSettings,
} from "../../../core/settings/index.ts";
import { destinationOf } from "../../files/index.ts";
import { readBeside, poolOfPrompt } from "../../files/prompts/index.ts";
import type { PoolSource } from "../../pools/index.ts";
import { CliError } from "../errors.ts";
import { valuesFor } from "../prompt/givenValues.ts";
import type { OutputOption } from "../files/overwrite.ts";
import { modelInput } from "../options/namedModel.ts";
import { requirePoolOutput } from "../pool/poolOutput.ts";
import { poolSourceOf } from "../pool/poolSource.ts";
import { readPromptFile } from "../prompt/promptInput.ts";
import { rowSourceOf } from "../options/rowOptions.ts";
import { showWarnings } from "../terminal/promptWarnings.ts";
import { checkOutputPath, isSamePath } from "../files/tracePath.ts";
import type { RunFlags } from "./runOptions.ts";
import { checkTraceFolder } from "./runTraces.ts";
import { noteUnknownSubjects, routingOf, type RunRouting } from "./runRouting.ts";

export interface RunInputs {
  readonly prompt: { readonly name: string; readonly file: PromptFile; readonly fingerprint: string };
  readonly values: Readonly<Record<string, PromptValue>>;
  /** Options override the prompt file's parameters, which override the defaults. */
  readonly settings: GenerationSettings;
  /** What an answer must be: JSON if that is asked for, or if a schema holds it to JSON. */
  readonly expects: RunFlags["expect"];
  readonly source: RowSource;
  readonly poolSource: PoolSource | null;
  readonly routing: RunRouting;
}

/** @throws CliError, GrammarError, DataError, PoolError, TextFileError */
export async function readInputs(flags: RunFlags, signal: AbortSignal): Promise<RunInputs> {
  const prompt = await readPrompt(flags.prompt);
  const { variables } = prompt.file;
  const values = valuesFor(variables, flags.set, {});
  const known = new Set(variables.map(({ name }) => name));
  const unknown = Object.keys(values).find((name) => !known.has(name));
  if (unknown !== undefined) invalid("--set", unknown, `${flags.prompt} has no such variable`);
  if (flags.historyTokens !== undefined && !known.has(flags.history))
    invalid("--history", flags.history, `${flags.prompt} has no such variable, so there is nothing to cut`);
  // Many rows are about throughput: each answer starts with what the earlier ones learned, unless repeatable drafts are
  // asked for.
  const presets = { ...DEFAULT_SETTINGS, planner: "adaptive" } as const;
  const settings = withValues(withParameters(presets, prompt.file.parameters), givenSettings(flags));
  checkConstraint(settings);
  const expects = settings.jsonSchema === "" ? flags.expect : "json";
  const source = await rowSourceOf(flags.data, flags, signal);
  const pool = flags.pool ?? poolOfPrompt(prompt.file, flags.prompt) ?? undefined;
  const poolSource = await poolSourceOf(pool, flags, signal);
  const inputs = [
    flags.prompt,
    flags.data,
    ...modelInput(flags.model),
    ...(pool === undefined ? [] : [pool]),
  ];
  const routing = await routingOf(flags, prompt.file.laser?.group ?? null);
  if (flags.groups !== undefined) {
    inputs.push(flags.groups);
    await noteUnknownSubjects(source, routing, signal);
  }
  // Rows that are there may be continued: the run itself decides.
  await checkOutputPath(flags.out, inputs, null);
  const destination = await destinationOf(flags.out);
  if (destination.kind === "device")
    throw new CliError({
      tag: "outputPathUnusable",
      path: flags.out,
      reason: "it is a device or a pipe, and a run must be able to read its rows again",
    });
  const own = flags.resume === true ? await alsoWrittenBy(outputPaths(flags.out), signal) : [];
  /** What is there is replaced if asked, or if the run that is resumed wrote it. */
  const replacing = (option: string, path: string): OutputOption => {
    const isOwn = own.includes(placeBeside(flags.out, path));
    return { option, overwrite: flags.overwrite === true || isOwn, isForeign: flags.resume === true };
  };
  if (flags.savePool !== undefined) {
    if (await isSamePath(flags.savePool, flags.out))
      invalid("--save-pool", flags.savePool, "the answers go there (--out)");
    await requirePoolOutput(flags.savePool, inputs, replacing("--save-pool", flags.savePool));
  }
  if (flags.traces !== undefined) await checkTraceFolder(flags.traces, replacing("--traces", flags.traces));
  return { prompt, values, settings, expects, source, poolSource, routing };
}

/** A file with errors is refused; warnings are printed. */
export async function readPrompt(path: string): Promise<RunInputs["prompt"]> {
  const text = await readPromptFile(path);
  const hash = createHash("sha256").update(text);
  const beside = readBeside(path);
  const reading: ReadPromptFile = (name) => {
    const read = beside(name);
    hash.update(`\0${name}\0${read.text ?? ""}`);
    return read;
  };
  const file = parsePrompty(text, reading);
  // Missing samples don't matter: the rows have the values.
  showWarnings(
    path,
    file.problems.filter(({ code }) => code !== "variableWithoutValue"),
  );
  if (file.problems.some(({ severity }) => severity === "error")) {
    const error = new PromptError({ tag: "promptInvalid", problems: file.problems });
    throw new CliError({ tag: "promptFileRefused", path, text: describeError(error) }, { cause: error });
  }
  return { name: basename(path), file, fingerprint: hash.digest("hex") };
}

function invalid(option: string, value: string, reason: string): never {
  throw new CliError({ tag: "optionInvalid", option, value, reason });
}
