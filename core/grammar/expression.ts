// What a grammar is made of, whatever it was written in: GBNF, a JSON schema or a pattern.
import type { CodePoints } from "./codePoints.ts";

/** One part of a rule. */
export type Expression =
  | { readonly kind: "text"; readonly text: string }
  /** Any one of these characters. */
  | { readonly kind: "characters"; readonly of: CodePoints }
  | { readonly kind: "sequence"; readonly items: readonly Expression[] }
  /** One of the items; none: nothing matches. */
  | { readonly kind: "choice"; readonly items: readonly Expression[] }
  /** `min` to `max` times; null: no limit. */
  | {
      readonly kind: "repeat";
      readonly item: Expression;
      readonly min: number;
      readonly max: number | null;
    }
  | { readonly kind: "rule"; readonly name: string };

/** Rules by name; an answer is what `root` matches. */
export interface Grammar {
  readonly root: string;
  readonly rules: ReadonlyMap<string, Expression>;
}

export const text = (value: string): Expression => ({ kind: "text", text: value });
export const characters = (of: CodePoints): Expression => ({ kind: "characters", of });
export const sequence = (...items: readonly Expression[]): Expression =>
  items.length === 1 ? items[0]! : { kind: "sequence", items };
export const choice = (...items: readonly Expression[]): Expression =>
  items.length === 1 ? items[0]! : { kind: "choice", items };
export const repeat = (item: Expression, min: number, max: number | null): Expression => ({
  kind: "repeat",
  item,
  min,
  max,
});
export const optional = (item: Expression): Expression => repeat(item, 0, 1);
export const rule = (name: string): Expression => ({ kind: "rule", name });
/** Matches no text at all, not even the empty one. */
export const NOTHING: Expression = { kind: "choice", items: [] };
