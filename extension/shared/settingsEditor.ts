// The messages between the settings editor and the extension.
import type { GenerationSettings } from "../../core/settings/index.ts";
import type { Trace } from "../../core/trace/index.ts";
import type { Json, SettingSchema, TextPart } from "./settingSchema.ts";

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

/** One setting of `contributes.configuration` with its values. */
export interface SettingView {
  /** E.g. "laser.relaxed.topK". */
  readonly key: string;
  /** Its heading; settings of one group are adjacent. */
  readonly group: string;
  /** The prefix of the label, e.g. "Relaxed"; may be empty. */
  readonly category: string;
  /** E.g. "Top K". */
  readonly label: string;
  readonly description: readonly TextPart[];
  /** Why it is deprecated; null if it is not. */
  readonly deprecation: readonly TextPart[] | null;
  readonly tags: readonly string[];
  readonly schema: SettingSchema;
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
