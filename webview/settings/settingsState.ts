// What the settings editor knows, as one value. How it changes is in settingsModel.ts, what its drafts mean in
// settingDrafts.ts.
import type { Trace } from "../../core/trace/index.ts";
import type { EngineFacts } from "../../extension/shared/engineFacts.ts";
import type { Json, SettingView, Target, TargetId } from "../../extension/shared/settingsEditor.ts";

/** The text of a field, or the rows of a list as typed. */
export type Draft = string | readonly string[];

export interface SettingsModel {
  /** null until they have arrived. */
  readonly settings: readonly SettingView[] | null;
  readonly targets: readonly Target[];
  readonly isTrusted: boolean;
  /** The scope that is shown and written to. */
  readonly target: TargetId;
  readonly search: string;
  /** The longest text that the chosen model was made for; null if not known. */
  readonly trainContextTokens: number | null;
  /** What was found out about this machine's devices; null if nothing yet. */
  readonly engine: EngineFacts | null;
  /** The trace that the what-if judges; null if there is none, or if that is not known yet. */
  readonly trace: Trace | null;
  readonly isTraceKnown: boolean;
  /** The name of its file, and of those that can be judged instead. */
  readonly traceName: string | null;
  readonly traceNames: readonly string[];
  readonly traceTitles: readonly string[];
  /** Shown but not (yet) applied: a slider being dragged, an invalid text. */
  readonly drafts: ReadonlyMap<string, Draft>;
  /** The value last sent for a setting. */
  readonly sent: ReadonlyMap<string, Json>;
  /** Why the extension refused a change. */
  readonly refused: ReadonlyMap<string, string>;
}
