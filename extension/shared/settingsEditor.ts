// The messages between the settings editor and the extension.
import type { GenerationSettings, Setting } from "../../core/settings/index.ts";
import type { Trace } from "../../core/trace/index.ts";

/** Any value that a settings file can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Where a value can be written: for the user, the workspace, or one folder of several, by its address. */
export type TargetId = "user" | "workspace" | `folder:${string}`;

export interface Target {
  readonly id: TargetId;
  /** E.g. "User", "Workspace", or the name of a folder. */
  readonly name: string;
}

/** A scope in which a setting can be written. */
export interface LegalTarget {
  readonly id: TargetId;
  /** Why a value there would have no effect now; null if it would. */
  readonly notInForce: string | null;
}

/** One setting with its values; everything else about it is in core/settings. */
export interface SettingView {
  /** E.g. "laser.relaxed.topK". */
  readonly key: string;
  readonly defaultValue: Json;
  /** The values that are set, widest scope first. */
  readonly values: readonly { readonly target: TargetId; readonly value: Json }[];
  readonly targets: readonly LegalTarget[];
}

export type ToSettingsEditor =
  | {
      readonly kind: "settings";
      readonly settings: readonly SettingView[];
      /** All scopes of this window, widest first. */
      readonly targets: readonly Target[];
      readonly isTrusted: boolean;
    }
  /** The latest trace, for the what-if; null if there is none. */
  | { readonly kind: "trace"; readonly trace: Trace | null }
  /** A rejected change, with the reason. */
  | { readonly kind: "refused"; readonly key: string; readonly reason: string };

export type FromSettingsEditor =
  | { readonly kind: "ready" }
  | { readonly kind: "change"; readonly key: string; readonly target: TargetId; readonly value: Json }
  /** Removes the value at the target. */
  | { readonly kind: "reset"; readonly key: string; readonly target: TargetId }
  | { readonly kind: "openNative"; readonly key: string }
  | { readonly kind: "manageTrust" };

/** The settings that the what-if uses: the values shown, whether saved or not. */
export type WhatIfSettings = Pick<GenerationSettings, "relaxed" | "guards" | "strategy">;

/** A problem of settingProblem as a sentence that says what to do. */
export function wantedWords({ kind }: Setting, wanted: string): string {
  return `${kind === "boolean" || kind === "choice" ? "Choose" : "Enter"} ${wanted}.`;
}
