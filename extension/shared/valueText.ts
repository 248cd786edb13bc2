// Values of prompt variables as text that a user types: JSON for lists, objects, numbers and yes or no, all else as it is.
import type { PromptValue } from "../../core/prompts/index.ts";

export type TypedValue =
  | { readonly ok: true; readonly value: PromptValue }
  | { readonly ok: false; readonly problem: string };

/**
 * What the text means: JSON if it begins like a list, an object or a quoted text; text in all other cases, since a
 * title such as 1984 is text. Example: `["A", "B"]` is a list, `1984` a text.
 * @param like a value of the same variable: if that is a number or boolean, so is the typed one if possible
 */
export function parseValue(text: string, like: PromptValue = null): TypedValue {
  const trimmed = text.trim();
  if (/^[[{"]/.test(trimmed)) {
    try {
      return { ok: true, value: JSON.parse(trimmed) as PromptValue };
    } catch (error) {
      // A text may begin with a bracket, e.g. "[Intro] Hello": only what can't be meant otherwise is refused.
      if (/[\]}"]$/.test(trimmed)) return { ok: false, problem: (error as Error).message };
    }
  }
  if (typeof like === "number" && trimmed !== "" && Number.isFinite(Number(trimmed)))
    return { ok: true, value: Number(trimmed) };
  if (typeof like === "boolean" && /^(true|false)$/.test(trimmed))
    return { ok: true, value: trimmed === "true" };
  return { ok: true, value: text };
}

/** The text that `parseValue` reads as this value. */
export function valueText(value: PromptValue): string {
  if (typeof value !== "string") return value === null ? "" : JSON.stringify(value);
  // A text that would be read as something else is quoted.
  return /^\s*[[{"]/.test(value) ? JSON.stringify(value) : value;
}

export interface ParsedRows {
  readonly rows: readonly Readonly<Record<string, PromptValue>>[];
  /** Lines that are not rows, counted from 1. */
  readonly badLines: readonly number[];
}

/** The rows of a text: JSON lines, or a list of objects. Null if it holds none. */
export function parseRows(text: string): ParsedRows | null {
  if (text.trim().startsWith("[")) {
    const list = valueOf(text);
    return Array.isArray(list) && list.every(isRow) ? { rows: list, badLines: [] } : null;
  }
  const lines = text.split(/\r?\n/).map((line, at) => ({ line, number: at + 1 }));
  const read = lines
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, number }) => ({ value: valueOf(line), number }));
  const rows = read.map(({ value }) => value).filter(isRow);
  if (rows.length === 0) return null;
  return { rows, badLines: read.filter(({ value }) => !isRow(value)).map(({ number }) => number) };
}

/** undefined: not JSON. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): value is Readonly<Record<string, PromptValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
