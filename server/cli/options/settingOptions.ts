// Settings as options of the command line: parsed by the setting's own check, and undefined unless they were given.
import { randomInt } from "node:crypto";
import { Option, type Command } from "commander";
import { unreachable } from "../../../core/base/index.ts";
import {
  Engine,
  Guards,
  Relaxed,
  Run,
  Sampling,
  SETTING_NAMES,
  settingOf,
  SETTINGS,
  settingProblem,
  wantedValue,
  type Setting,
  type SettingName,
  type SettingValues,
} from "../../../core/settings/index.ts";
import type { GpuChoice } from "../../engine/index.ts";
import { errorCode, unreadableReason } from "../../files/index.ts";
import { readText } from "../../files/text/index.ts";
import type { ModelChoice } from "../../protocol/worker.ts";
import { CliError } from "../errors.ts";
import { MODEL_HELP } from "./namedModel.ts";
import { OVERWRITE_HELP } from "../files/overwrite.ts";
import { expandHome } from "../files/paths.ts";

/** Of a file whose text is the value of a setting. */
const MAX_VALUE_BYTES = 2 ** 20;

/** The command's own text and default, if they differ from the setting's. */
interface Changes {
  readonly about?: string;
  readonly default?: string | number;
}

const names = (prefix: string, group: { readonly properties: object }) =>
  Object.keys(group.properties).map((field) => `${prefix}${field}`) as SettingName[];
export const GUARD_NAMES = names("guards.", Guards);
export const SAMPLING_NAMES = names("sampling.", Sampling);
export const RELAXED_NAMES = names("relaxed.", Relaxed);
export const GENERATION_NAMES = [...names("", Run), ...RELAXED_NAMES, ...GUARD_NAMES, ...SAMPLING_NAMES];
export const ENGINE_NAMES = names("", Engine).filter((name) => name !== "model"); // Without laser.model's catalogue names.

/** Adds an option for each of the settings. */
export function withSettings(
  command: Command,
  settings: readonly SettingName[],
  changes: Partial<Record<SettingName, Changes>> = {},
): Command {
  for (const name of settings) command.addOption(settingOption(name, changes[name]));
  const ofFiles = settings.filter((name) => settingOf(name).valueFromFile === true);
  return ofFiles.length === 0 ? command : command.hook("preAction", (called) => readValues(called, ofFiles));
}

/** Replaces the paths that options gave by the texts of their files. @throws CliError optionInvalid; TextFileError */
async function readValues(command: Command, settings: readonly SettingName[]): Promise<void> {
  for (const name of settings) {
    const option = new Option(flagOf(settingOf(name)));
    const { long } = option;
    const attribute = option.attributeName();
    const path: unknown = command.getOptionValue(attribute);
    if (typeof path !== "string") continue;
    const text = await readText(expandHome(path), { mostBytes: MAX_VALUE_BYTES }).catch((error: unknown) => {
      if (errorCode(error) === undefined) throw error;
      const reason = unreadableReason(error);
      throw new CliError({ tag: "optionInvalid", option: long!, value: path, reason });
    });
    if (text.trim() === "")
      throw new CliError({ tag: "optionInvalid", option: long!, value: path, reason: "the file is empty" });
    command.setOptionValue(attribute, text);
  }
}

/** Adds the options that choose model and device. */
export function withEngine(command: Command, contextTokens = SETTINGS.contextTokens.default): Command {
  command.option("--model <model>", MODEL_HELP);
  return withSettings(command, ENGINE_NAMES, { contextTokens: { default: contextTokens } });
}

/** Adds the options that say where an answer goes. */
export function withAnswerOptions(command: Command): Command {
  return withQuiet(
    command
      .option(
        "--trace <file>",
        "write a trace of every decision (.lasertrace; .lasertrace.gz is compact)",
        expandHome,
      )
      .option(
        "--out <file>",
        "write the complete answer to a file, unchanged, and nothing to stdout",
        expandHome,
      )
      .option("--overwrite", OVERWRITE_HELP)
      .option("--json", "print one JSON object on stdout and nothing else"),
  ).option("--verbose", "show the engine's own warnings");
}

/** Adds --quiet, which the program obeys for every command that has it. */
export function withQuiet(command: Command): Command {
  return command.option("--quiet", "print only warnings and errors on stderr, no progress or notes");
}

/** Seeds that --seed random drew, to be named beside the answers. */
const drawnSeeds = new Set<number>();
export const wasDrawn = (seed: number): boolean => drawnSeeds.has(seed);

const RANDOM = "random";

function drawSeed(): number {
  const seed = randomInt(SETTINGS["sampling.seed"].maximum + 1);
  drawnSeeds.add(seed);
  return seed;
}

function settingOption(name: SettingName, { about, default: preset }: Changes = {}): Option {
  const setting = settingOf(name);
  const shown = preset ?? optionText(setting);
  const text =
    (about ?? firstLower(setting.text.replace(/\.$/, ""))) +
    (name === "sampling.seed" ? `; ${RANDOM} draws one` : "");
  const choices = setting.kind === "choice" ? `: ${choiceTexts(setting.choices)}` : "";
  const option = new Option(
    flagOf(setting),
    `${text}${choices}${shown === "" ? "" : ` (default: ${shown})`}`,
  );
  return option.argParser((given: string, before: unknown) =>
    name === "sampling.seed" && given === RANDOM
      ? drawSeed()
      : (parse(option.long!, setting, given, before) ?? NONE),
  );
}

/** Null among the options, as `auto` and `off` write it: commander stores null itself as an empty text. */
const NONE = Symbol("none");

/** The values of the settings whose options were given. */
export function givenSettings(flags: object): Partial<SettingValues> {
  const given = new Map(Object.entries(flags));
  const values = SETTING_NAMES.flatMap((name) => {
    const { flag } = settingOf(name);
    const value: unknown = flag === undefined ? undefined : given.get(new Option(flag).attributeName());
    if (value === undefined) return [];
    return [[name, value === NONE ? null : value] as const];
  });
  return Object.fromEntries(values);
}

/** The model of a session and how it is loaded. */
export interface SessionChoices {
  /** As --model names it. */
  readonly model?: string | undefined;
  readonly gpu: GpuChoice;
  /** One GPU by its name or number; all of them if omitted. */
  readonly device?: string;
  readonly gpuLayers?: number;
  readonly contextTokens: number;
  readonly threads?: number;
  /** How keys and values are stored; f16 where omitted. */
  readonly kvType?: NonNullable<ModelChoice["kvType"]>;
  /** A file whose text replaces the model's chat template. */
  readonly chatTemplatePath?: string;
  /** Shows native warnings. */
  readonly verbose?: boolean | undefined;
  /** Computes the SHA-256 of a file that has not been checked, for callers that record which model it was. */
  readonly hashed?: boolean;
}

/** The model and device that options choose, with the settings' defaults. */
export function engineChoices(
  flags: object,
  contextTokens = SETTINGS.contextTokens.default,
): Omit<SessionChoices, "model" | "verbose"> {
  const {
    gpu = "auto",
    device = "",
    gpuLayers = null,
    threads = null,
    kvType = "f16",
    chatTemplate = "",
    ...given
  } = givenSettings(flags);
  return {
    gpu,
    ...(device.trim() !== "" && { device: device.trim() }),
    ...(gpuLayers !== null && { gpuLayers }),
    ...(threads !== null && { threads }),
    ...(kvType !== "f16" && { kvType }),
    contextTokens: given.contextTokens ?? contextTokens,
    ...(chatTemplate !== "" && { chatTemplatePath: expandHome(chatTemplate) }),
  };
}

function parse(option: string, setting: Setting, given: string, before: unknown): unknown {
  const one = valueOf(setting, given);
  const value = setting.kind === "list" ? [...((before as string[] | undefined) ?? []), given] : one;
  if (settingProblem(setting, value) === null) return value;
  const word = setting.kind === "integer" || setting.kind === "number" ? setting.nullWord : undefined;
  const wanted = setting.kind === "boolean" ? "on or off" : wantedValue(setting, word);
  const orDrawn = setting === SETTINGS["sampling.seed"] ? `, or ${RANDOM}, which draws one` : "";
  throw new CliError({
    tag: "optionInvalid",
    option,
    value: given,
    reason: `it must be ${wanted}${orDrawn}`,
  });
}

/** What was written, as a value; text that isn't one stays as it is, so that the check refuses it. */
function valueOf(setting: Setting, given: string): unknown {
  if (setting.kind === "boolean") return given === "on" ? true : given === "off" ? false : given;
  if (setting.kind !== "integer" && setting.kind !== "number") return given;
  if (setting.nullable && given === setting.nullWord) return null;
  if (setting.kind === "integer") return /^-?\d+$/.test(given) ? Number(given) : given;
  return given.trim() === "" ? given : Number(given);
}

/** A default as it would be written. */
function optionText(setting: Setting): string {
  switch (setting.kind) {
    case "boolean":
      return setting.default ? "on" : "off";
    case "list":
      return setting.default.join(" ");
    case "integer":
    case "number":
      return String(setting.default ?? setting.nullWord);
    case "choice":
    case "text":
      return setting.default;
    default:
      return unreachable(setting);
  }
}

function choiceTexts(choices: Readonly<Record<string, string>>): string {
  return Object.entries(choices)
    .map(([word, about]) => `${word} (${about.replace(/\.$/, "")})`)
    .join(", ");
}

function flagOf({ flag }: Setting): string {
  if (flag === undefined) throw new Error("the setting has no option");
  return flag;
}

function firstLower(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
