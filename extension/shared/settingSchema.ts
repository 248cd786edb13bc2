// The schema of a setting's value and its only validation: the page uses it while the user types, the
// extension before it writes.
import * as Type from "typebox";
import { unreachable } from "../../core/base/index.ts";

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
export type Primitive = null | boolean | number | string;

export interface Bound {
  readonly value: number;
  /** The bound itself is not allowed. */
  readonly isExclusive: boolean;
}

export interface NumberSchema {
  readonly type: "integer" | "number";
  readonly lower: Bound | null;
  readonly upper: Bound | null;
  readonly multipleOf: number | null;
  readonly nullable: boolean;
}

export interface TextSchema {
  readonly type: "text";
  readonly minLength: number | null;
  readonly maxLength: number | null;
  /** A regular expression that both sides can compile; `message` is the manifest's own error text. */
  readonly pattern: { readonly source: string; readonly message: string | null } | null;
  readonly hasLines: boolean;
  readonly nullable: boolean;
}

export interface Choice {
  readonly value: Primitive;
  readonly label: string;
  readonly description: readonly TextPart[];
}

export interface ChoiceSchema {
  readonly type: "choice";
  readonly choices: readonly Choice[];
}

export interface ListSchema {
  readonly type: "list";
  readonly items: TextSchema | ChoiceSchema;
  readonly minItems: number | null;
  readonly maxItems: number | null;
  readonly uniqueItems: boolean;
}

export type SettingSchema =
  | { readonly type: "boolean" }
  | ChoiceSchema
  | NumberSchema
  | TextSchema
  | ListSchema
  /** Can only be edited as JSON text; `reason` completes a sentence: "its values are objects". */
  | { readonly type: "unsupported"; readonly reason: string };

/** A piece of a description, parsed from Markdown and free of markup. */
export type TextPart =
  | { readonly kind: "text" | "code" | "bold"; readonly text: string }
  | { readonly kind: "setting"; readonly key: string }
  | { readonly kind: "link"; readonly text: string; readonly url: string }
  | { readonly kind: "break" };

/** Only the words, for search. */
export function partsText(parts: readonly TextPart[]): string {
  return parts
    .map((part) => (part.kind === "break" ? " " : part.kind === "setting" ? part.key : part.text))
    .join("");
}

/** The problem with a value, as a sentence that says what to do; null if it is valid. */
export function valueProblem(schema: SettingSchema, value: Json): string | null {
  switch (schema.type) {
    case "boolean":
      return typeof value === "boolean" ? null : "Choose on or off.";
    case "choice": {
      if (schema.choices.some((choice) => choice.value === value)) return null;
      return `Choose one of ${schema.choices.map(({ label }) => label).join(", ")}.`;
    }
    case "integer":
    case "number":
      return numberProblem(schema, value);
    case "text":
      return textProblem(schema, value);
    case "list":
      return listProblem(schema, value);
    case "unsupported":
      return "Edit it in the editor's own settings.";
    default:
      return unreachable(schema);
  }
}

function numberProblem(schema: NumberSchema, value: Json): string | null {
  if (value === null && schema.nullable) return null;
  const { type, lower, upper, multipleOf } = schema;
  const fits =
    typeof value === "number" &&
    Number.isFinite(value) &&
    (type === "number" || Number.isInteger(value)) &&
    (lower === null || (lower.isExclusive ? value > lower.value : value >= lower.value)) &&
    (upper === null || (upper.isExclusive ? value < upper.value : value <= upper.value)) &&
    (multipleOf === null || isMultiple(value, multipleOf));
  return fits ? null : `Enter ${numberWords(schema)}.`;
}

/** E.g. "a whole number from 1 to 128", "a number above 0 and of at most 1, a multiple of 0.25". */
function numberWords({ type, lower, upper, multipleOf }: NumberSchema): string {
  const kind = type === "integer" ? "a whole number" : "a number";
  const isRange = lower?.isExclusive === false && upper?.isExclusive === false;
  const limits = [
    ...(lower === null ? [] : [`${lower.isExclusive ? "above" : "of at least"} ${lower.value}`]),
    ...(upper === null ? [] : [`${upper.isExclusive ? "below" : "of at most"} ${upper.value}`]),
  ];
  const range = isRange ? `from ${lower.value} to ${upper.value}` : limits.join(" and ");
  const words = range === "" ? kind : `${kind} ${range}`;
  return multipleOf === null ? words : `${words}, a multiple of ${multipleOf}`;
}

/** Allows for rounding of floats: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, of: number): boolean {
  const quotient = value / of;
  return Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, Math.abs(quotient));
}

function textProblem(schema: TextSchema, value: Json): string | null {
  if (value === null && schema.nullable) return null;
  if (typeof value !== "string") return "Enter text.";
  const { minLength, maxLength, pattern } = schema;
  const length = Array.from(value).length;
  if (minLength !== null && length < minLength)
    return `Enter at least ${minLength} ${characters(minLength)}.`;
  if (maxLength !== null && length > maxLength) return `Enter at most ${maxLength} ${characters(maxLength)}.`;
  if (pattern === null || (compiled(pattern.source)?.test(value) ?? false)) return null;
  return pattern.message ?? `Enter text that matches ${pattern.source}.`;
}

function characters(amount: number): string {
  return amount === 1 ? "character" : "characters";
}

/** Compiled as VS Code does: with Unicode if that works, otherwise without; null if neither does. */
export function compiled(source: string): RegExp | null {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(source, flags);
    } catch {
      // Try the next flags.
    }
  }
  return null;
}

function listProblem({ items, minItems, maxItems, uniqueItems }: ListSchema, value: Json): string | null {
  if (!Array.isArray(value)) return "Enter a list of strings.";
  const list: readonly Json[] = value;
  for (const [at, item] of list.entries()) {
    const problem = typeof item === "string" ? valueProblem(items, item) : "Enter text.";
    if (problem !== null) return `Item ${at + 1}: ${problem}`;
    if (uniqueItems && list.indexOf(item) < at) return `Item ${at + 1} is already in the list.`;
  }
  if (minItems !== null && list.length < minItems)
    return `Enter at least ${minItems} ${itemsWord(minItems)}.`;
  if (maxItems !== null && list.length > maxItems) return `Enter at most ${maxItems} ${itemsWord(maxItems)}.`;
  return null;
}

function itemsWord(amount: number): string {
  return amount === 1 ? "item" : "items";
}
