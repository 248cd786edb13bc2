// Tables as CSV (RFC 4180, UTF-8), written column by column.

/** A column of a table with rows of type `Row`. */
export interface CsvColumn<Row> {
  readonly name: string;
  /** "" for a count or a text. */
  readonly unit: string;
  readonly meaning: string;
  /** null if unknown: an empty cell. */
  readonly valueOf: (row: Row) => string | number | null;
}

/** A header row, then one row each. Text that a spreadsheet would take for a formula gets a leading '. */
export function csvOf<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ valueOf }) => cell(valueOf(row))));
  return [columns.map(({ name }) => name), ...cells].map((line) => `${line.join(",")}\r\n`).join("");
}

/** What spreadsheets take for the beginning of a formula, the full-width signs of East Asian keyboards included. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const defused = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}
