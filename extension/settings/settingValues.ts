// Parses settings into validated values or a list of problems; nothing downstream checks them again. Values
// are read through a function, so that it needs neither vscode nor files.
import { unreachable } from "../../core/base/index.ts";
import type { GenerationSettings } from "../../server/protocol/settings.ts";
import { DEFAULT_SETTINGS } from "../../server/protocol/settings.ts";
import type { ModelChoice } from "../../server/protocol/worker.ts";
import type { TraceForm } from "../../core/trace/index.ts";
import {
  SETTING_NAMES,
  SETTINGS,
  type SettingName,
  type SettingSpec,
  type SettingValue,
} from "../host/catalogue.ts";

export interface SettingProblem {
  readonly name: SettingName;
  /** What the value should be, e.g. "must be a whole number from 1 to 128, not 0". */
  readonly reason: string;
}

/** All settings. Paths are as written; "" if there is none. */
export interface InspectorSettings {
  readonly generation: GenerationSettings;
  readonly model: ModelChoice;
  readonly poolFile: string;
  readonly modelFolders: readonly string[];
  readonly recordTraces: boolean;
  readonly traceForm: TraceForm;
}

export type ParsedSettings =
  | { readonly ok: true; readonly value: InspectorSettings }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** Prefix of a catalogue model in `laser.model`, e.g. "catalogue:smollm2-135m". */
export const CATALOGUE_PREFIX = "catalogue:";

/** Parses all settings; `read` returns the raw value in effect, or undefined. */
export function parseSettings(read: (name: SettingName) => unknown): ParsedSettings {
  const problems: SettingProblem[] = [];
  for (const name of SETTING_NAMES) {
    const reason = valueProblem(SETTINGS[name], valueOf(read, name));
    if (reason !== null) problems.push({ name, reason });
  }
  if (problems.length > 0) return { ok: false, problems };
  // Each value passed the check of its own spec above, so it has that type.
  const get = <Name extends SettingName>(name: Name): SettingValue<Name> =>
    valueOf(read, name) as SettingValue<Name>;
  return { ok: true, value: assemble(get) };
}

function assemble(get: <Name extends SettingName>(name: Name) => SettingValue<Name>): InspectorSettings {
  return {
    generation: {
      strategy: get("strategy"),
      relaxed: {
        kind: "relaxed",
        topK: get("relaxed.topK"),
        minProbability: get("relaxed.minProbability"),
      },
      guards: {
        endOfText: get("guards.endOfText"),
        maxConsecutiveRelaxed: get("guards.maxConsecutiveRelaxed"),
        maxNatsGivenUp: get("guards.maxNatsGivenUp"),
      },
      sampling: {
        ...DEFAULT_SETTINGS.sampling,
        temperature: get("sampling.temperature"),
        topK: get("sampling.topK"),
        topP: get("sampling.topP"),
        minP: get("sampling.minP"),
        seed: get("sampling.seed"),
        repetitionPenalty: get("sampling.repetitionPenalty"),
      },
      maxTokens: get("maxTokens"),
      maxDraftTokens: get("maxDraftTokens"),
      reproducible: get("reproducible"),
    },
    model: modelChoice(get("model"), get("gpu"), get("contextTokens"), get("threads")),
    poolFile: get("poolFile").trim(),
    modelFolders: get("modelFolders"),
    recordTraces: get("traces.record"),
    traceForm: get("traces.compact") ? "compact" : "plain",
  };
}

function modelChoice(
  written: string,
  gpu: ModelChoice["gpu"],
  contextTokens: number,
  threads: number | null,
): ModelChoice {
  return { ...modelNamed(written), gpu, contextTokens, ...(threads === null ? {} : { threads }) };
}

/** The model that a value of `laser.model` refers to: a file, a catalogue model or the demo model. */
export function modelNamed(written: string): Pick<ModelChoice, "path" | "catalogueId"> {
  const name = written.trim();
  if (name.startsWith(CATALOGUE_PREFIX)) return { catalogueId: name.slice(CATALOGUE_PREFIX.length) };
  return name === "" ? {} : { path: name };
}

function valueOf(read: (name: SettingName) => unknown, name: SettingName): unknown {
  const value = read(name);
  return value === undefined ? SETTINGS[name].preset : value;
}

/** The problem with a value, as the rest of a sentence that starts with its name; null if it is valid. */
export function valueProblem(spec: SettingSpec, value: unknown): string | null {
  const refused = (wanted: string): string => `must be ${wanted}, not ${JSON.stringify(value)}`;
  switch (spec.type) {
    case "boolean":
      return typeof value === "boolean" ? null : refused("true or false");
    case "text":
      return typeof value === "string" ? null : refused("a text");
    case "texts":
      return Array.isArray(value) && value.every((item) => typeof item === "string")
        ? null
        : refused("a list of texts");
    case "choice":
      return typeof value === "string" && spec.choices.includes(value)
        ? null
        : refused(`one of ${spec.choices.join(", ")}`);
    case "integer":
    case "number": {
      if (value === null && spec.preset === null) return null;
      const { minimum, maximum, type } = spec;
      const fits = typeof value === "number" && value >= minimum && value <= maximum;
      if (fits && (type === "number" || Number.isInteger(value))) return null;
      const orNull = spec.preset === null ? ", or null" : "";
      return refused(`a ${type === "integer" ? "whole " : ""}number from ${minimum} to ${maximum}${orNull}`);
    }
    default:
      return unreachable(spec);
  }
}
