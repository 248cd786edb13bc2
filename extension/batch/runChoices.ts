// How the rows of a run are written: how many at once, which groups their drafts come from, and whether traces are kept.
// Pure: what is asked,
// remembered and passed on.
import * as Type from "typebox";
import { parse } from "../../core/base/index.ts";
import { MAX_LANES } from "../../core/laser/index.ts";

export const RunChoicesSchema = Type.Object({
  /** Path of a groups file; null: none. */
  groups: Type.Union([Type.String({ minLength: 1 }), Type.Null()]),
  /** Rows written at once. */
  parallel: Type.Integer({ minimum: 1, maximum: MAX_LANES }),
  /** Whether a trace of each row is kept beside the output; not if left out. */
  traces: Type.Optional(Type.Boolean()),
});
export type RunChoices = Type.Static<typeof RunChoicesSchema>;

export const FIRST_CHOICES: RunChoices = { groups: null, parallel: 1 };

/** The choices of an earlier run; invalid ones, and names of missing files, get their defaults. */
export function rememberedChoices(kept: unknown, exists: (path: string) => boolean): RunChoices {
  const choices = parse(RunChoicesSchema, kept) ?? FIRST_CHOICES;
  return choices.groups !== null && !exists(choices.groups) ? { ...choices, groups: null } : choices;
}

/** The number of rows at once that was typed; null if it is not one. */
export function parallelOf(typed: string): number | null {
  const text = typed.trim();
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= MAX_LANES ? number : null;
}

/** Where traces of the rows of an output are kept, e.g. "films.answers.traces". */
export const traceFolderOf = (out: string): string => `${out.replace(/\.(?:jsonl|parquet)$/i, "")}.traces`;

/** The options of `laser run`. */
export function choiceFlags(
  { groups, parallel, traces = false }: RunChoices,
  out: string,
): readonly string[] {
  return [
    ...(groups === null ? [] : [`--groups=${groups}`]),
    ...(parallel === 1 ? [] : [`--parallel=${parallel}`]),
    ...(traces ? [`--traces=${traceFolderOf(out)}`] : []),
  ];
}
