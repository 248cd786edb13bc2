// The messages between the settings editor and the extension.
import * as Type from "typebox";
import type { Parsed } from "../../core/base/index.ts";
import type { GenerationSettings } from "../../server/protocol/settings.ts";
import type { Trace } from "../../core/trace/index.ts";
import { JsonSchema, type Json, type SettingSchema, type TextPart } from "./settingSchema.ts";

/** Where a value can be written: for the user, the workspace, or one folder of several, by its address. */
export type TargetId = "user" | "workspace" | `folder:${string}`;
export const TargetIdSchema = Type.Unsafe<TargetId>({
  type: "string",
  pattern: "^(user$|workspace$|folder:.)",
});

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

export const ToSettingsEditorSchema = Type.Union([
  Type.Object({
    kind: Type.Literal("settings"),
    settings: Type.Unsafe<readonly SettingView[]>({ type: "array" }),
    /** All scopes of this window, widest first. */
    targets: Type.Array(Type.Object({ id: TargetIdSchema, name: Type.String() })),
    isTrusted: Type.Boolean(),
  }),
  /** The latest trace, for the what-if; null if there is none. */
  Type.Object({
    kind: Type.Literal("trace"),
    trace: Type.Union([Type.Unsafe<Trace>({ type: "object" }), Type.Null()]),
  }),
  /** A rejected change, with the reason. */
  Type.Object({ kind: Type.Literal("refused"), key: Type.String(), reason: Type.String() }),
]);
export type ToSettingsEditor = Parsed<typeof ToSettingsEditorSchema>;

const key = Type.String();
const target = TargetIdSchema;

export const FromSettingsEditorSchema = Type.Union([
  Type.Object({ kind: Type.Literal("ready") }),
  Type.Object({ kind: Type.Literal("change"), key, target, value: JsonSchema }),
  /** Removes the value at the target. */
  Type.Object({ kind: Type.Literal("reset"), key, target }),
  Type.Object({ kind: Type.Literal("openNative"), key }),
  Type.Object({ kind: Type.Literal("manageTrust") }),
]);
export type FromSettingsEditor = Parsed<typeof FromSettingsEditorSchema>;

/** The settings that the what-if uses: the values shown, whether saved or not. */
export type WhatIfSettings = Pick<GenerationSettings, "relaxed" | "guards" | "strategy">;
