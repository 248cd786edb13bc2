// Fields of a source as values: what is wrong with one is a fixed text, so that rows can be counted by it.
import type { InteractionRecord, Reading } from "../import/records.ts";

export const REASONS = {
  fields: "it has too few or too many fields",
  userMissing: "the user's id is missing",
  itemMissing: "the item's id is missing",
  idMissing: "the id is missing",
  idInexact: "an id has more digits than a number of JSON keeps: write it in quotation marks",
  idUnusable: "an id is longer than 500 characters or holds control characters",
  ratingNotNumber: "the rating is not a number",
  timeNotNumber: "the time is neither a number nor an ISO 8601 date",
  timeNegative: "the time is before 1970",
  timeFuture: "the time is in the future",
  timeMissing: "the time is missing, which the split needs",
  notObject: "it is not a JSON object",
  notJson: "it is not JSON",
  quoting: "its quotation marks don't match",
} as const;

export type Reason = (typeof REASONS)[keyof typeof REASONS];

/** A raw field: a text, or a value of JSON or Parquet. */
export type Field = unknown;

const MAX_ID = 500;
/** As seconds, a number above this would be after the year 5000: it counts milliseconds. */
const LEAST_MS = 100_000_000_000;
/** As milliseconds, after the year 5000: microseconds, as Parquet's and BigQuery's times are. */
const LEAST_US = 100_000_000_000_000;
const CONTROL = /[\p{Cc}\p{Surrogate}]/u;
const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** The interaction of these fields, or what is wrong with it. Absent ratings and times are null. */
export function interactionOf(
  user: Field,
  item: Field,
  rating: Field,
  time: Field,
  reading: Pick<Reading, "latestMs" | "needsTimes">,
): InteractionRecord | Reason {
  const userRead = idOf(user, REASONS.userMissing);
  if ("reason" in userRead) return userRead.reason;
  const itemRead = idOf(item, REASONS.itemMissing);
  if ("reason" in itemRead) return itemRead.reason;
  const rated = isBlank(rating) ? null : numberOf(rating);
  if (Number.isNaN(rated)) return REASONS.ratingNotNumber;
  const timeMs = isBlank(time) ? null : timeMsOf(time);
  if (timeMs === null) {
    if (reading.needsTimes) return REASONS.timeMissing;
  } else if (Number.isNaN(timeMs)) return REASONS.timeNotNumber;
  else if (timeMs < 0) return REASONS.timeNegative;
  else if (timeMs > reading.latestMs) return REASONS.timeFuture;
  return { kind: "interaction", user: userRead.id, item: itemRead.id, rating: rated, timeMs };
}

/** An id as text, or why it can't be one: ids are names of answers, and keys of a database that ends texts at a zero. */
export function idOf(field: Field, missing: Reason): { readonly id: string } | { readonly reason: Reason } {
  // Two longer numbers may have been read as the same one.
  if (typeof field === "number" && Number.isInteger(field) && !Number.isSafeInteger(field))
    return { reason: REASONS.idInexact };
  const id = typeof field === "number" && !Number.isFinite(field) ? "" : written(field).trim();
  if (id === "") return { reason: missing };
  return id.length > MAX_ID || CONTROL.test(id) ? { reason: REASONS.idUnusable } : { id };
}

/** A text that a database can hold; null if it is blank. A character that it can't hold becomes "�". */
export function textOf(field: Field): string | null {
  const text = written(field);
  if (text.trim() === "") return null;
  return text.replace(/[\0\p{Surrogate}]/gu, "\ufffd");
}

/** A field as text; empty for a list, an object or null. */
function written(field: Field): string {
  if (typeof field === "string") return field;
  return typeof field === "number" || typeof field === "bigint" || typeof field === "boolean"
    ? String(field)
    : "";
}

/** The texts of a list, without those that are blank. */
export const textsOf = (fields: readonly Field[]): readonly string[] =>
  fields.flatMap((field) => textOf(field)?.trim() ?? []);

/** NaN if it is not a finite number. */
function numberOf(field: Field): number {
  const number =
    typeof field === "string" ? Number(field) : typeof field === "bigint" ? Number(field) : field;
  return typeof number === "number" && Number.isFinite(number) ? number : Number.NaN;
}

/** Whole milliseconds since 1970, of a number of seconds, milliseconds or microseconds, or of a date; NaN for others. */
function timeMsOf(field: Field): number {
  if (field instanceof Date) return field.getTime();
  if (typeof field === "string" && ISO.test(field.trim())) return Date.parse(utc(field.trim()));
  const number = numberOf(field);
  if (number >= LEAST_US) return Math.round(number / 1000);
  return Math.round(number >= LEAST_MS ? number : number * 1000);
}

/** A date without a zone is one of UTC: what it means must not depend on the machine. */
const utc = (date: string): string =>
  /T|\s/.test(date) && !/Z$|[+-]\d{2}:?\d{2}$/.test(date) ? `${date}Z` : date;

const isBlank = (field: Field): boolean =>
  field === null || field === undefined || (typeof field === "string" && field.trim() === "");

/** "Toy Story (1995)" → "Toy Story" and 1995. Without a year, the title as it is. */
export function titleAndYear(title: string): { title: string; year: number | null } {
  const found = /^(.*\S)\s*\((\d{4})(?:[-–]\d{0,4})?\)\s*$/su.exec(title);
  if (found === null) return { title: title.trim(), year: null };
  return { title: found[1]!, year: Number(found[2]) };
}

/** A year of four digits at the beginning of a text; null for others. */
export function yearOf(field: Field): number | null {
  const found = /^\s*(\d{4})\b/.exec(textOf(field) ?? "");
  return found === null ? null : Number(found[1]);
}
