// The messages between the settings editor and the extension.
import * as Type from "typebox";
import { t, type Parsed } from "../../core/base/index.ts";
import type { GenerationSettings, Setting } from "../../core/settings/index.ts";
import type { Trace } from "../../core/trace/index.ts";
import { EngineFactsSchema } from "./engineFacts.ts";

/** Any value that a settings file can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export const JsonSchema = Type.Unsafe<Json>(
  Type.Cyclic(
    {
      Json: Type.Union([
        Type.Null(),
        Type.Boolean(),
        Type.Number(),
        Type.String(),
        Type.Array(Type.Ref("Json")),
        Type.Record(Type.String(), Type.Ref("Json")),
      ]),
    },
    "Json",
  ),
);

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

/** One setting with its values; everything else about it is in core/settings. */
export interface SettingView {
  /** E.g. "laser.relaxed.topK". */
  readonly key: string;
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
  /** The trace that the what-if judges, at first the newest one with drafts; null if there is none. */
  Type.Object({
    kind: Type.Literal("trace"),
    trace: Type.Union([Type.Unsafe<Trace>({ type: "object" }), Type.Null()]),
    /** Its file's name, and those of all traces that can be judged instead, newest first. */
    name: Type.Union([Type.String(), Type.Null()]),
    names: Type.Array(Type.String()),
    /** What lists and tabs call these, in the same order. */
    titles: Type.Array(Type.String()),
  }),
  /** What the head of the chosen model's file says: the longest text it was made for; null if that is not known. */
  Type.Object({
    kind: Type.Literal("model"),
    trainContextTokens: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  }),
  /** What was found out about this machine's devices. */
  Type.Object({ kind: Type.Literal("engine"), facts: EngineFactsSchema }),
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
  /** Lets the user choose the file or folder that the setting names; it is added to a list. */
  Type.Object({ kind: Type.Literal("browse"), key, target, value: JsonSchema }),
  Type.Object({ kind: Type.Literal("openNative"), key }),
  Type.Object({ kind: Type.Literal("manageTrust") }),
  Type.Object({ kind: Type.Literal("installGpuSupport") }),
  /** Judges another trace, by the name of its file. */
  Type.Object({ kind: Type.Literal("judge"), name: Type.String() }),
]);
export type FromSettingsEditor = Parsed<typeof FromSettingsEditorSchema>;

/** The settings that the what-if uses: the values shown, whether saved or not. */
export type WhatIfSettings = Pick<GenerationSettings, "relaxed" | "guards" | "strategy">;

/** A problem of settingProblem as a sentence that says what to do. */
export function wantedWords({ kind }: Setting, wanted: string): string {
  return `${kind === "boolean" || kind === "choice" ? t("Choose") : "Enter"} ${wanted}.`;
}
