// A row of the output: the answer to a row of the data, or why there is none. What an answer is comes first and is the
// same however often a strict run was interrupted; what it cost is in `figures`.
import * as Type from "typebox";
import { parse, type Parsed } from "../../core/base/index.ts";
import { STRATEGIES } from "../../core/laser/index.ts";

const count = Type.Integer({ minimum: 0 });
const ms = Type.Number({ minimum: 0 });
const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

const FiguresSchema = Type.Object({
  promptTokens: count,
  /** Tokens of the answer, an end-of-text token included. */
  tokens: count,
  steps: count,
  drafted: count,
  accepted: count,
  /** Kept by relaxed verification although the target's own choice was another. */
  relaxed: count,
  /** Tokens before the first relaxed one: up to there, the text is the target's own choice. */
  ownTokens: count,
  /** Tokens per step, prefill excluded; null without steps. */
  edl: orNull(Type.Number()),
  /** Reading the prompt; null if it was not measured. */
  prefillMs: orNull(ms),
  /** All steps: with several rows at once, waiting for the others is in it. */
  ms,
});

const OutputRowSchema = Type.Object({
  id: Type.String({ minLength: 1 }),
  subject: Type.String(),
  group: orNull(Type.String()),
  /** Why it is in that group; null if nothing had to be decided. */
  groupReason: orNull(Type.String()),
  strategy: Type.Enum([...STRATEGIES]),
  /** null: no answer. With an error: an answer that failed the check. */
  text: orNull(Type.String()),
  tokenIds: orNull(Type.Array(count)),
  finish: orNull(Type.Enum(["endOfText", "stop", "loop", "maxTokens", "complete"] as const)),
  error: orNull(Type.Object({ code: Type.String(), message: Type.String() })),
  /** The seed of this row; null at temperature 0, which uses none. */
  seed: orNull(count),
  /** How many answers were written until one passed the check. */
  attempts: Type.Integer({ minimum: 0 }),
  /** Oldest elements of the history that were left out so that the prompt fits. */
  historyCut: count,
  trace: orNull(Type.String()),
  figures: orNull(FiguresSchema),
  /** ISO 8601 in UTC. */
  finishedAt: Type.String(),
});
export type OutputRow = Parsed<typeof OutputRowSchema>;
export type RowFigures = Parsed<typeof FiguresSchema>;

const FIELDS = Object.keys(OutputRowSchema.properties) as readonly (keyof OutputRow)[];

/** As a line, with its line break; fields in the order of the schema. */
export function lineOf(row: OutputRow): string {
  return `${JSON.stringify(Object.fromEntries(FIELDS.map((field) => [field, row[field]])))}\n`;
}

/** Null for a text that is not a row. */
export function parseOutputRow(line: string): OutputRow | null {
  try {
    return parse(OutputRowSchema, JSON.parse(line) as unknown);
  } catch {
    return null;
  }
}
