// Keywords of a schema read as what they must be, or a fault that names their place.
import { GrammarError } from "../errors.ts";
import type { JsonSchema } from "./keywords.ts";

const MAX_COUNT = 20_000;

export const isObject = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws GrammarError schemaInvalid */
export function invalid(place: string, reason: string): never {
  throw new GrammarError({ tag: "schemaInvalid", place, reason });
}

/** @throws GrammarError schemaUnsupported */
export function unsupported(place: string, what: string): never {
  throw new GrammarError({ tag: "schemaUnsupported", place, what });
}

/** null if it is not given. @throws GrammarError */
export function numberAt(schema: JsonSchema, keyword: string, place: string): number | null {
  const value = schema[keyword];
  if (value === undefined) return null;
  return typeof value === "number" ? value : invalid(`${place}/${keyword}`, `"${keyword}" is a number`);
}

/** null if it is not given. @throws GrammarError */
export function countAt(schema: JsonSchema, keyword: string, place: string): number | null {
  const value = schema[keyword];
  if (value === undefined) return null;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
    return invalid(`${place}/${keyword}`, `"${keyword}" is a whole number from 0`);
  if (value > MAX_COUNT) return unsupported(place, `"${keyword}" above ${MAX_COUNT}`);
  return value;
}

/** @throws GrammarError schemaInvalid */
export function listAt(value: unknown, keyword: string, place: string): readonly unknown[] {
  return Array.isArray(value)
    ? (value as unknown[])
    : invalid(`${place}/${keyword}`, `"${keyword}" is a list`);
}
