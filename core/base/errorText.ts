// The shape of every error that a user sees.
import * as Type from "typebox";
import type { Parsed } from "./parse.ts";

/** What a failure names, for programs that offer to fix it: its texts may be in any language. */
const ErrorDetailsSchema = Type.Object({
  /** Absolute, or as the user named it. */
  file: Type.Optional(Type.String()),
  /** Of the file, counted from 1. */
  line: Type.Optional(Type.Integer({ minimum: 1 })),
  /** The context size that would be enough. */
  neededTokens: Type.Optional(Type.Integer({ minimum: 1 })),
  /** The largest context size that fits the memory. */
  fittingTokens: Type.Optional(Type.Integer({ minimum: 1 })),
});
export type ErrorDetails = Parsed<typeof ErrorDetailsSchema>;

export const ErrorTextSchema = Type.Object({
  /** Stable word for logs, tests and settings, e.g. "modelFileMissing". */
  code: Type.String(),
  /** Names the thing and the reason, in one or two sentences. */
  message: Type.String(),
  /** What the user can do now. */
  nextStep: Type.String(),
  details: Type.Optional(ErrorDetailsSchema),
});
export type ErrorText = Parsed<typeof ErrorTextSchema>;

/** What the `laser` command sends over the IPC channel of the program that started it, if there is one. */
export const ErrorReportSchema = Type.Object({ error: ErrorTextSchema });
export type ErrorReport = Parsed<typeof ErrorReportSchema>;
