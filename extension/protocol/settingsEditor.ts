// What the settings editor and its extension say to each other. It must not know vscode.
import type { GenerationSettings } from "../../server/protocol/settings.ts";
import type { Trace } from "../../server/trace/index.ts";

/** Where a value comes from, and where a change is written. */
export type SettingScope = "default" | "user" | "workspace" | "folder";

/** One setting of `contributes.configuration`, with the value in force. */
export interface SettingView {
  /** E.g. "laser.relaxed.topK". */
  readonly key: string;
  readonly description: string;
  readonly schema: SettingSchema;
  readonly value: string | number | boolean | null;
  readonly defaultValue: string | number | boolean | null;
  readonly scope: SettingScope;
}

export type SettingSchema =
  | { readonly type: "boolean" }
  | {
      readonly type: "choice";
      readonly choices: readonly { readonly value: string; readonly description: string }[];
    }
  | {
      readonly type: "integer" | "number";
      readonly minimum: number;
      readonly maximum: number;
      readonly step: number;
      readonly nullable: boolean;
    }
  | { readonly type: "text" };

export type ToSettingsEditor =
  | { readonly kind: "settings"; readonly settings: readonly SettingView[] }
  /** The last trace, for what-if; null while there is none. */
  | { readonly kind: "trace"; readonly trace: Trace | null }
  /** A change that was refused, with the reason. */
  | { readonly kind: "refused"; readonly key: string; readonly reason: string };

export type FromSettingsEditor =
  | { readonly kind: "ready" }
  /** Written to the scope in force; null resets. */
  | { readonly kind: "change"; readonly key: string; readonly value: string | number | boolean | null }
  | { readonly kind: "openNative"; readonly key: string };

/** What the what-if judges under: the values shown, whether saved or not. */
export type WhatIfSettings = Pick<GenerationSettings, "relaxed" | "guards" | "strategy">;
