// Parses settings into validated values or a list of problems; nothing downstream checks them again. Values
// are read through a function, so that it needs neither vscode nor files.
import { t } from "../../core/base/index.ts";
import {
  DEFAULT_SETTINGS,
  SETTING_NAMES,
  settingOf,
  settingProblem,
  withValues,
  type GenerationSettings,
  type SettingName,
  type SettingValues,
} from "../../core/settings/index.ts";
import type { TraceForm } from "../../core/trace/index.ts";
import type { ModelChoice } from "../../server/protocol/worker.ts";
import type { EditorModelChoice } from "../shared/modelPage.ts";
import { threadsBesideEditor } from "./editorThreads.ts";

export interface SettingProblem {
  readonly name: SettingName;
  /** What the value should be, e.g. "must be a whole number from 1 to 128, not 0". */
  readonly reason: string;
}

/** All settings. Paths are as written; "" if there is none. */
export interface InspectorSettings {
  readonly generation: GenerationSettings;
  readonly model: EditorModelChoice;
  readonly poolFile: string;
  readonly modelFolders: readonly string[];
  readonly recordTraces: boolean;
  readonly traceForm: TraceForm;
  /** Whether runs are followed by the plain run that their speed-up is measured against. */
  readonly measuresPlain: boolean;
}

export type ParsedSettings =
  | { readonly ok: true; readonly value: InspectorSettings }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** Prefix of a catalogue model in `laser.model`, e.g. "catalogue:smollm2-135m". */
export const CATALOGUE_PREFIX = "catalogue:";

/** The first problem in a sentence, and how many others there are: a notice has no room for a list. */
export function problemsWords([first, ...others]: readonly SettingProblem[]): string {
  if (first === undefined) return "";
  const text = t("A setting can't be used: laser.{0} {1}.", first.name, first.reason);
  if (others.length === 0) return text;
  return others.length === 1
    ? t("{0} One more setting is marked in the settings editor.", text)
    : t("{0} {1} more settings are marked in the settings editor.", text, others.length);
}

/** Parses all settings; `read` returns the raw value in effect, or undefined. */
export function parseSettings(read: (name: SettingName) => unknown): ParsedSettings {
  const problems: SettingProblem[] = [];
  const values = SETTING_NAMES.map((name) => {
    const given = read(name);
    const value = given === undefined ? settingOf(name).default : given; // null is a value.
    const reason = valueProblem(name, value);
    if (reason !== null) problems.push({ name, reason });
    return [name, value] as const;
  });
  if (problems.length > 0) return { ok: false, problems };
  // Each value passed the check of its own setting.
  return { ok: true, value: resolved(Object.fromEntries(values) as SettingValues) };
}

/** The problem with a value, as the rest of a sentence that starts with its name; null if it is valid. */
export function valueProblem(name: SettingName, value: unknown): string | null {
  const wanted = settingProblem(settingOf(name), value);
  return wanted === null ? null : t("must be {0}, not {1}", wanted, JSON.stringify(value));
}

function resolved(values: SettingValues): InspectorSettings {
  return {
    generation: withValues(DEFAULT_SETTINGS, values),
    model: modelChoice(values),
    poolFile: values.poolFile.trim(),
    modelFolders: values.modelFolders,
    recordTraces: values["traces.record"],
    traceForm: values["traces.compact"] ? "compact" : "plain",
    measuresPlain: values["traces.measurePlain"],
  };
}

function modelChoice(values: SettingValues): EditorModelChoice {
  const { model, gpu, gpuLayers, threads, kvType, contextTokens } = values;
  const chatTemplatePath = values.chatTemplate.trim();
  const device = values.device.trim();
  return {
    ...modelNamed(model),
    gpu,
    contextTokens,
    ...(device !== "" && { device }),
    ...(gpuLayers !== null && { gpuLayers }),
    threads: threads ?? threadsBesideEditor(),
    ...(kvType !== "f16" && { kvType }),
    ...(chatTemplatePath !== "" && { chatTemplatePath }),
  };
}

/** The model that a value of `laser.model` refers to: a file, a catalogue model or the demo model. */
export function modelNamed(written: string): Pick<ModelChoice, "path" | "catalogueId"> {
  const name = written.trim();
  if (name.startsWith(CATALOGUE_PREFIX)) return { catalogueId: name.slice(CATALOGUE_PREFIX.length) };
  return name === "" ? {} : { path: name };
}
