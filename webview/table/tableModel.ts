// The rows of a run's output as the table shows them: read, filtered, sorted, counted. Pure.
import { t } from "../../core/base/index.ts";
import { parseOutputRow, type OutputRow } from "../../extension/shared/runTable.ts";
import type { HeadColumn } from "../run/rows/headCell.ts";

export interface TableRow {
  /** Place in the file, from 0. */
  readonly index: number;
  readonly row: OutputRow;
  /** What the filter searches, in lower case. */
  readonly searched: string;
}

export interface ReadRows {
  readonly rows: readonly TableRow[];
  /** Lines that are not rows of a run. */
  readonly unread: number;
}

/** @param text whole lines */
export function readRows(text: string): ReadRows {
  const rows: TableRow[] = [];
  let unread = 0;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const row = parseOutputRow(line);
    if (row === null) unread++;
    else rows.push({ index: rows.length, row, searched: searchedOf(row) });
  }
  return { rows, unread };
}

function searchedOf({ id, group, text, error }: OutputRow): string {
  return [id, group ?? "", text ?? "", error?.code ?? "", error?.message ?? ""].join("\n").toLowerCase();
}

export interface Filter {
  readonly text: string;
  readonly onlyFailed: boolean;
}

export function filtered(rows: readonly TableRow[], { text, onlyFailed }: Filter): readonly TableRow[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "" && !onlyFailed) return rows;
  return rows.filter(
    ({ row, searched }) =>
      (!onlyFailed || row.error !== null) && (wanted === "" || searched.includes(wanted)),
  );
}

const END_WORDS: Readonly<Record<NonNullable<OutputRow["finish"]>, string>> = {
  endOfText: t("end of text"),
  stop: t("stop text"),
  loop: t("loop"),
  maxTokens: t("token limit"),
  complete: t("complete"),
};

/** E.g. "token limit"; null for a row without an answer. */
export function endWords(finish: OutputRow["finish"]): string | null {
  return finish === null ? null : END_WORDS[finish];
}

export type ColumnKey = (typeof COLUMNS)[number]["key"];

export interface Column extends HeadColumn {
  readonly valueOf: (row: TableRow) => string | number | null;
  readonly digits?: number;
}

export const COLUMNS = [
  {
    key: "place",
    title: t("Row"),
    meaning: t("Place in the file, from 1"),
    isNumber: true,
    valueOf: ({ index }) => index + 1,
  },
  {
    key: "id",
    title: t("Id"),
    meaning: t("Names the row of the data"),
    isNumber: false,
    valueOf: ({ row }) => row.id,
  },
  {
    key: "group",
    title: t("Group"),
    meaning: t("The row's group"),
    isNumber: false,
    valueOf: ({ row }) => row.group,
  },
  {
    key: "state",
    title: t("End"),
    meaning: t("Why the answer ended"),
    isNumber: false,
    valueOf: ({ row }) => (row.error === null ? endWords(row.finish) : t("failed")),
  },
  {
    key: "tokens",
    title: t("Tokens"),
    meaning: t("Tokens of the answer"),
    isNumber: true,
    valueOf: ({ row }) => row.figures?.tokens ?? null,
  },
  {
    key: "edl",
    title: "EDL",
    meaning: t("Tokens per step, prefill excluded"),
    isNumber: true,
    digits: 2,
    valueOf: ({ row }) => row.figures?.edl ?? null,
  },
  {
    key: "kept",
    title: t("Kept %"),
    meaning: t("Accepted and relaxed tokens, of all drafted ones"),
    isNumber: true,
    digits: 0,
    valueOf: ({ row: { figures } }) =>
      figures === null || figures.drafted === 0
        ? null
        : (100 * (figures.accepted + figures.relaxed)) / figures.drafted,
  },
  {
    key: "relaxed",
    title: t("Relaxed"),
    meaning: t("Tokens kept although the model's own choice was different"),
    isNumber: true,
    valueOf: ({ row }) => row.figures?.relaxed ?? null,
  },
  {
    key: "msPerToken",
    title: "ms/token",
    meaning: t("Time of all steps, by tokens of the answer"),
    isNumber: true,
    digits: 1,
    valueOf: ({ row: { figures } }) =>
      figures === null || figures.tokens === 0 ? null : figures.ms / figures.tokens,
  },
  {
    key: "text",
    title: t("Text"),
    meaning: t("The answer, or why there is none"),
    isNumber: false,
    valueOf: ({ row }) => row.text ?? row.error?.message ?? null,
  },
] as const satisfies readonly Column[];

export interface Sorting {
  readonly key: ColumnKey;
  readonly isDescending: boolean;
}

/** Stable; rows without a value last. */
export function sorted(rows: readonly TableRow[], { key, isDescending }: Sorting): readonly TableRow[] {
  const column: Column = COLUMNS.find((known) => known.key === key)!;
  const sign = isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: column.valueOf(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      if (typeof a.value === "number" && typeof b.value === "number") return sign * (a.value - b.value);
      return sign * String(a.value).localeCompare(String(b.value));
    })
    .map(({ row }) => row);
}

export interface TableCounts {
  readonly rows: number;
  readonly failed: number;
  readonly tokens: number;
  readonly steps: number;
  readonly relaxed: number;
}

export function countsOf(rows: readonly TableRow[]): TableCounts {
  let [failed, tokens, steps, relaxed] = [0, 0, 0, 0];
  for (const { row } of rows) {
    if (row.error !== null) failed++;
    tokens += row.figures?.tokens ?? 0;
    steps += row.figures?.steps ?? 0;
    relaxed += row.figures?.relaxed ?? 0;
  }
  return { rows: rows.length, failed, tokens, steps, relaxed };
}
