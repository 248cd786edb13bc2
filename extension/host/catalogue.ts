// Everything this extension contributes: commands, settings, context keys, colours and views. A test compares
// it with package.json in both directions.
import { STRATEGIES } from "../../core/laser/index.ts";
import { DEFAULT_SETTINGS, type Reproducible } from "../../server/protocol/settings.ts";
import type { ModelChoice } from "../../server/protocol/worker.ts";

export const COMMANDS = {
  generate: "laser.generate",
  stop: "laser.stop",
  chooseModel: "laser.chooseModel",
  openSettings: "laser.openSettingsEditor",
  openTrace: "laser.openTrace",
  showLog: "laser.showLog",
  restart: "laser.restartServer",
  toggleDecorations: "laser.toggleDecorations",
  exportTrace: "laser.exportTrace",
  showKeys: "laser.showKeys",
  compareTraces: "laser.compareTraces",
  compareStrategies: "laser.compareStrategies",
} as const;
/** Commands hidden from the palette: buttons and lenses call them with arguments. */
export const HIDDEN_COMMANDS = {
  showMenu: "laser.showMenu",
  continueFrom: "laser.continueFrom",
  tracesRefresh: "laser.traces.refresh",
  tracesBrowse: "laser.traces.browse",
  tracesOpen: "laser.traces.open",
  tracesOpenText: "laser.traces.openText",
  tracesCompare: "laser.traces.compare",
  tracesRename: "laser.traces.rename",
  tracesDelete: "laser.traces.delete",
  tracesRevealPrompt: "laser.traces.revealPrompt",
  tracesCopyPath: "laser.traces.copyPath",
  tracesRevealInOs: "laser.traces.revealInOs",
} as const;

export const CONTEXT_KEYS = { running: "laser.running" } as const;

export const VIEWS = { container: "laser", panel: "laser.panel", traces: "laser.traces" } as const;

/** View types of our editors. */
export const EDITORS = { trace: "laser.traceEditor" } as const;

export const LANGUAGE = "prompty";

export const OUTPUT_SCHEME = "laser-output";

/** Scheme of the documents that show the text of compact traces. */
export const TRACE_TEXT_SCHEME = "laser-trace";

export const COLOURS = [
  "laser.accepted",
  "laser.relaxed",
  "laser.rejected",
  "laser.unreached",
  "laser.correction",
  "laser.bonus",
  "laser.plain",
] as const;

export const GPU_CHOICES = [
  "auto",
  "off",
  "vulkan",
  "cuda",
  "metal",
] as const satisfies readonly ModelChoice["gpu"][];

const REPRODUCIBLE = ["auto", "on", "off"] as const satisfies readonly Reproducible[];

/** machine: paths and back end; never taken from an untrusted workspace if `restricted`. */
type Scope = "machine-overridable" | "resource" | "window";

interface Common {
  readonly scope: Scope;
  /** Ignored in an untrusted workspace. */
  readonly restricted?: true;
}

export type SettingSpec = Common &
  (
    | { readonly type: "boolean"; readonly preset: boolean }
    | { readonly type: "choice"; readonly choices: readonly string[]; readonly preset: string }
    | {
        readonly type: "integer" | "number";
        readonly minimum: number;
        readonly maximum: number;
        /** A null default makes null a valid value: no limit, or chosen by the program. */
        readonly preset: number | null;
      }
    | { readonly type: "text"; readonly preset: string }
    | { readonly type: "texts"; readonly preset: readonly string[] }
  );

const { relaxed, guards, sampling, maxTokens, maxDraftTokens, strategy, reproducible } = DEFAULT_SETTINGS;
const [k, p] = relaxed.kind === "relaxed" ? [relaxed.topK, relaxed.minProbability] : [2, 0.1];
const machine = { scope: "machine-overridable", restricted: true } as const;
const preference = { scope: "resource" } as const;
const UINT32 = 4_294_967_295;

/** All settings, keyed by the part of their name after "laser.". */
export const SETTINGS = {
  model: { ...machine, type: "text", preset: "" },
  gpu: { ...machine, type: "choice", choices: GPU_CHOICES, preset: "auto" },
  threads: { ...machine, type: "integer", minimum: 1, maximum: 1024, preset: null as number | null },
  contextTokens: { ...machine, type: "integer", minimum: 64, maximum: 1_048_576, preset: 4096 },
  strategy: { ...preference, type: "choice", choices: STRATEGIES, preset: strategy },
  maxTokens: { ...preference, type: "integer", minimum: 1, maximum: 1_048_576, preset: maxTokens },
  maxDraftTokens: { ...preference, type: "integer", minimum: 0, maximum: 47, preset: maxDraftTokens },
  "relaxed.topK": { ...preference, type: "integer", minimum: 1, maximum: 128, preset: k },
  "relaxed.minProbability": { ...preference, type: "number", minimum: 0, maximum: 1, preset: p },
  "guards.endOfText": { ...preference, type: "boolean", preset: guards.endOfText },
  "guards.maxConsecutiveRelaxed": {
    ...preference,
    type: "integer",
    minimum: 0,
    maximum: 1000,
    preset: guards.maxConsecutiveRelaxed,
  },
  "guards.maxNatsGivenUp": {
    ...preference,
    type: "number",
    minimum: 0,
    maximum: 10_000,
    preset: guards.maxNatsGivenUp,
  },
  "sampling.temperature": {
    ...preference,
    type: "number",
    minimum: 0,
    maximum: 10,
    preset: sampling.temperature,
  },
  "sampling.topK": { ...preference, type: "integer", minimum: 0, maximum: 1000, preset: sampling.topK },
  "sampling.topP": { ...preference, type: "number", minimum: 0, maximum: 1, preset: sampling.topP },
  "sampling.minP": { ...preference, type: "number", minimum: 0, maximum: 1, preset: sampling.minP },
  "sampling.seed": { ...preference, type: "integer", minimum: 0, maximum: UINT32, preset: sampling.seed },
  "sampling.repetitionPenalty": {
    ...preference,
    type: "number",
    minimum: 1,
    maximum: 10,
    preset: sampling.repetitionPenalty,
  },
  reproducible: { ...preference, type: "choice", choices: REPRODUCIBLE, preset: reproducible },
  poolFile: { ...machine, type: "text", preset: "" },
  modelFolders: { ...machine, type: "texts", preset: [] as readonly string[] },
  "traces.record": { scope: "resource", type: "boolean", preset: true },
  "traces.compact": { scope: "resource", type: "boolean", preset: false },
  "server.idleUnloadMinutes": { scope: "window", type: "number", minimum: 0, maximum: 1440, preset: 10 },
  "output.decorations": { scope: "window", type: "boolean", preset: true },
} as const satisfies Readonly<Record<string, SettingSpec>>;

export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** The type of a setting's validated value. */
export type SettingValue<Name extends SettingName> = ValueOf<(typeof SETTINGS)[Name]>;

type ValueOf<Spec> = Spec extends { readonly choices: readonly (infer Word)[] }
  ? Word
  : Spec extends { readonly type: "boolean" }
    ? boolean
    : Spec extends { readonly type: "integer" | "number"; readonly preset: infer Preset }
      ? null extends Preset
        ? number | null
        : number
      : Spec extends { readonly type: "texts" }
        ? readonly string[]
        : string;

/** Accepts a name with or without the "laser." prefix; null if it is not one of our settings. */
export function settingName(key: string): SettingName | null {
  const name = key.startsWith("laser.") ? key.slice("laser.".length) : key;
  return Object.hasOwn(SETTINGS, name) ? (name as SettingName) : null;
}
