// The events of a run as the worker sends them and as they reach the panel. Of a step, only the parts that every reader
// relies on are checked: a whole step costs 0.4 ms, and they come up to 200 times per second.
import * as Type from "typebox";
import type { Parsed } from "../../core/base/index.ts";
import type { NextKind, TokenId } from "../../core/laser/index.ts";
import type { NamedEntries, NamedTokens, TraceHeader, TraceStep } from "../../core/trace/index.ts";

/** The origin of a committed token. */
export type TokenClass = "accepted" | "relaxed" | NextKind;

/** A committed token and the text that it completes: empty for a control token or a part of a character. */
export interface CommittedPiece {
  readonly id: TokenId;
  readonly text: string;
  readonly tokenClass: TokenClass;
}

const list = Type.Unsafe<readonly unknown[]>({ type: "array" });
const object = Type.Unsafe<object>({ type: "object" });
/** Open: `parse` keeps such an object whole. */
const open = { additionalProperties: true };
const tokens = Type.Unsafe<NamedTokens>({ type: "object" });
const header = Type.Unsafe<TraceHeader>(
  Type.Object({ request: Type.Object({ promptTokens: list }, open) }, open),
);
const step = Type.Unsafe<TraceStep>(Type.Object({ draft: list, verdicts: list, next: object }, open));

/** A slow step: loading, measuring, fetching, reading the prompt. `share` 0 … 1 if known. */
const progressFields = {
  kind: Type.Literal("progress"),
  message: Type.String(),
  share: Type.Union([Type.Number(), Type.Null()]),
};
/** A run begins: everything of its trace but steps and result. */
const beginFields = { kind: Type.Literal("begin"), header, tokens };
const stepFields = {
  kind: Type.Literal("step"),
  step,
  pieces: Type.Unsafe<readonly CommittedPiece[]>({ type: "array" }),
  /** Texts of tokens and names of pool entries that this run has not sent before. */
  tokens,
  entries: Type.Unsafe<NamedEntries>({ type: "object" }),
  /** With the first step: how long reading the prompt took. */
  prefillMs: Type.Optional(Type.Number()),
  prefillTokens: Type.Optional(Type.Number()),
};

/** With the run's id beside it, as the editor gets it. */
export const RunEventSchema = Type.Union([
  Type.Object(stepFields),
  Type.Object(progressFields),
  Type.Object(beginFields),
]);
export type RunEvent = Parsed<typeof RunEventSchema>;

const request = Type.Integer();
/** Events of one request, between it and its reply. */
export const WorkerEventSchemas = [
  Type.Object({ ...stepFields, request }),
  Type.Object({ ...progressFields, request }),
  Type.Object({ ...beginFields, request }),
] as const;
export type WorkerEvent = Parsed<(typeof WorkerEventSchemas)[number]>;
