// Rows of a data file as values for a prompt: JSON lines, a list of objects, or a table of comma- or tab-separated values.
import type { PromptValue } from "../../../core/prompts/index.ts";
import { CsvReader, fieldsOf, separatorOf } from "../../../server/files/text/index.ts";
import { parseRows, parseValue, type ParsedRows } from "../../shared/valueText.ts";

type Row = Readonly<Record<string, PromptValue>>;

const TABLE_ENDINGS: readonly string[] = ["csv", "tsv"];
/** What names of files with rows end in. */
export const ROW_ENDINGS: readonly string[] = ["jsonl", "ndjson", "json", ...TABLE_ENDINGS];

/**
 * Null if the text does not have the form that the file's name states, or holds no row.
 * @param samples values of the same variables: where one is a number, so is a cell that can be
 */
export function rowsOfFile(name: string, text: string, samples: Row): ParsedRows | null {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return TABLE_ENDINGS.includes(ending) ? rowsOfTable(text, ending, samples) : parseRows(text);
}

/** The first line names the columns. An empty cell leaves the sample's value. */
function rowsOfTable(text: string, ending: string, samples: Row): ParsedRows | null {
  // A byte order mark would become part of the first column's name.
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const from = lines.findIndex((line) => line.trim() !== "");
  if (from < 0) return null;
  const header = lines[from]!.replace(/\r$/, "");
  const separator = ending === "tsv" ? "\t" : separatorOf(header);
  const names = fieldsOf(header, separator)?.map((column) => column.trim());
  if (names === undefined || new Set(names).size < names.length) return null;
  const damaged: number[] = [];
  const reader = new CsvReader(separator, (line) => damaged.push(line));
  const records = [...reader.read(lines.slice(from + 1), from + 2), ...reader.end()];
  if (records.length === 0) return null;
  const rows = records.map(({ fields }) =>
    Object.fromEntries(
      names.flatMap((column, at) => {
        const cell = fields[at] ?? "";
        return cell === "" ? [] : [[column, cellValue(cell, samples[column] ?? null)]];
      }),
    ),
  );
  return { rows, badLines: damaged };
}

/** As if it were typed; what only looks like a list is a text. */
function cellValue(cell: string, like: PromptValue): PromptValue {
  const parsed = parseValue(cell, like);
  return parsed.ok ? parsed.value : cell;
}
