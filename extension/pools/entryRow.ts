// How an answer of a pool reads in lists: its id first, of which both ends are seen, and the beginning of its text.
import { t } from "../../core/base/index.ts";
import { oneLineText } from "../../core/trace/index.ts";
import type { ListedEntry } from "./poolListing.ts";

const LONGEST_TEXT = 80;
const LONGEST_TOOLTIP = 1000;
/** Fits a side bar of usual width, in which a longer label would lose its end. */
const LONGEST_ID = 32;

export interface EntryRow {
  /** The id, its middle left out if it is long. */
  readonly label: string;
  readonly description: string;
  /** The whole id, and the text. */
  readonly tooltip: string;
  /** What a screen reader reads: the whole id, the beginning of the text. */
  readonly spoken: string;
}

/** @param language for numbers, as in "de" */
export function entryRow({ id, text, tokens, group }: ListedEntry, language: string): EntryRow {
  const name = oneLineText(id);
  const parts = [
    ...(text.trim() === "" ? [] : [beginningOf(text)]),
    ...(tokens === null ? [] : [t("{0} tokens", tokens.toLocaleString(language))]),
  ];
  return {
    label: cutMiddle(name, LONGEST_ID),
    description: parts.join(" · "),
    tooltip: `${[name, ...(group === null ? [] : [oneLineText(group)])].join(" · ")}\n\n${text.slice(0, LONGEST_TOOLTIP)}`,
    spoken: [name, ...parts].join(", "),
  };
}

function beginningOf(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 1)}…` : line;
}

/** E.g. "book-0195…-v2": at most `most` characters (3 or more), of which both ends stay. */
export function cutMiddle(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${characters.slice(0, most - 1 - end).join("")}…${characters.slice(-end).join("")}`;
}
