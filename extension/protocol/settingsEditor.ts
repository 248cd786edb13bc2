// What the settings editor and its extension say to each other. It must not know vscode.
import type { GenerationSettings } from "../../server/protocol/settings.ts";
import type { Trace } from "../../server/trace/index.ts";
import type { Json, SettingSchema, TextPart } from "./settingSchema.ts";

/** Where a value can be written: for the user, for the workspace, or for one folder of several, by its address. */
export type TargetId = "user" | "workspace" | `folder:${string}`;

export interface Target {
  readonly id: TargetId;
  /** E.g. "User", "Workspace", or the name of a folder. */
  readonly name: string;
}

/** A place where one setting may be written. */
export interface LegalTarget {
  readonly id: TargetId;
  /** Why a value there would not count now; null where it counts. */
  readonly notInForce: string | null;
}

/** One setting of `contributes.configuration`, with the values that it has. */
export interface SettingView {
  /** E.g. "laser.relaxed.topK". */
  readonly key: string;
  /** Heading under which it stands; settings of one group come together. */
  readonly group: string;
  /** What stands before the label, e.g. "Relaxed"; empty where nothing does. */
  readonly category: string;
  /** E.g. "Top K". */
  readonly label: string;
  readonly description: readonly TextPart[];
  /** Why it should no longer be used; null where it may be. */
  readonly deprecation: readonly TextPart[] | null;
  readonly tags: readonly string[];
  readonly schema: SettingSchema;
  readonly defaultValue: Json;
  /** The values that are set, the widest place first. */
  readonly values: readonly { readonly target: TargetId; readonly value: Json }[];
  readonly targets: readonly LegalTarget[];
}

export type ToSettingsEditor =
  | {
      readonly kind: "settings";
      readonly settings: readonly SettingView[];
      /** All places that this window has, the widest first. */
      readonly targets: readonly Target[];
      readonly isTrusted: boolean;
    }
  /** The last trace, for what-if; null while there is none. */
  | { readonly kind: "trace"; readonly trace: Trace | null }
  /** A change that was refused, with the reason. */
  | { readonly kind: "refused"; readonly key: string; readonly reason: string };

export type FromSettingsEditor =
  | { readonly kind: "ready" }
  | { readonly kind: "change"; readonly key: string; readonly target: TargetId; readonly value: Json }
  /** Takes the value at the target back. */
  | { readonly kind: "reset"; readonly key: string; readonly target: TargetId }
  | { readonly kind: "openNative"; readonly key: string }
  | { readonly kind: "manageTrust" };

/** What the what-if judges under: the values shown, whether saved or not. */
export type WhatIfSettings = Pick<GenerationSettings, "relaxed" | "guards" | "strategy">;
