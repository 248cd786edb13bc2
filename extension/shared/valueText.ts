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

/** One row of a file of rows: JSON lines, or a list of objects. Null if the text is neither. */
export function parseRows(text: string): readonly Readonly<Record<string, PromptValue>>[] | null {
  try {
    const whole = text.trim();
    const values: unknown[] = whole.startsWith("[")
      ? (JSON.parse(whole) as unknown[])
      : whole
          .split(/\r?\n/)
          .filter((line) => line.trim() !== "")
          .map((line) => JSON.parse(line) as unknown);
    return values.every(isRow) ? values : null;
  } catch {
    return null;
  }
}

function isRow(value: unknown): value is Readonly<Record<string, PromptValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
