// What groups are made from: rows, interactions and vectors, read as a batch run reads its data.
import { FaultError, several } from "../../../core/base/index.ts";
import { openRowSource, readInteractions, type BadRow, type DataRow } from "../../data/index.ts";
import {
  PoolError,
  readNpyVectors,
  type Interaction,
  type Matrix,
  type Routable,
} from "../../pools/index.ts";
import { asFilesError } from "../../files/index.ts";
import { readText } from "../../files/text/index.ts";
import { CliError } from "../errors.ts";
import { complain } from "../terminal/output.ts";

export interface SubjectFlags {
  /** Rows of a data set: one per user, or one per item. */
  readonly of: "users" | "items";
}

/** The subjects to be grouped, with their attributes. @throws DataError; FilesError; TextFileError */
export function subjectsIn(
  path: string,
  { of }: SubjectFlags,
  signal: AbortSignal,
): Promise<(Routable & { readonly subject: string })[]> {
  return rowsIn(path, of, signal, ({ subject, attributes }) => ({ subject, attributes }));
}

async function rowsIn<T>(
  path: string,
  of: SubjectFlags["of"],
  signal: AbortSignal,
  take: (row: DataRow) => T,
): Promise<T[]> {
  const source = await openRowSource(path, { of, historyItems: 0, signal });
  const bad = new BadRows(path);
  const taken: T[] = [];
  for await (const row of source.rows({ signal, onBadRow: bad.add })) taken.push(take(row));
  bad.complain();
  return taken;
}

export interface InteractionFlags {
  readonly heldOut?: boolean;
  readonly map?: string;
}

/** Interactions by weight: the rating, 1 without one; those that are not above 0 are left out. */
export async function* interactionsIn(
  path: string,
  { heldOut, map }: InteractionFlags,
  signal: AbortSignal,
): AsyncGenerator<Interaction> {
  const bad = new BadRows(path);
  for await (const { user, item, rating } of readInteractions(path, {
    trainOnly: heldOut !== true,
    map,
    signal,
    onBadRow: bad.add,
  })) {
    const weight = rating ?? 1;
    if (weight > 0) yield { user, item, weight };
  }
  bad.complain();
}

/**
 * Vectors of a NumPy file, or of a table with a column "id": its other columns are numbers, or lists of them.
 * @throws PoolError groupDataInvalid; DataError; FilesError; TextFileError
 */
export async function vectorsIn(
  path: string,
  keysPath: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly keys: readonly string[]; readonly vectors: Matrix }> {
  const keys = keysPath === undefined ? null : await linesOf(keysPath);
  const npy = await readNpyVectors(path, keys);
  if (npy !== null) return npy;
  if (keysPath !== undefined)
    throw new CliError({
      tag: "optionInvalid",
      option: "--keys",
      value: keysPath,
      reason: `it names the rows of a NumPy array (.npy); ${path} names its own in the column "id"`,
    });
  const rows = await rowsIn(path, "items", signal, ({ id, subject, values }) => {
    const own = Object.entries(values).flatMap(([name, value]) => (name === "id" ? [] : [value].flat()));
    const found = own.map((value) => (value === null || value === "" ? Number.NaN : Number(value)));
    const refuse = (reason: string): never => {
      throw new PoolError({ tag: "groupDataInvalid", path, line: null, reason: `${id}: ${reason}` });
    };
    if (found.length === 0 || found.some((value) => !Number.isFinite(value)))
      refuse("its columns are not numbers");
    return { subject, found, refuse };
  });
  const columns = rows[0]?.found.length ?? 0;
  for (const { found, refuse } of rows)
    if (found.length !== columns) refuse(`it has ${found.length} numbers, and the first row ${columns}`);
  const vectors = {
    rows: rows.length,
    columns,
    values: Float64Array.from(rows.flatMap(({ found }) => found)),
  };
  return { keys: rows.map(({ subject }) => subject), vectors };
}

const MAX_TEXT_BYTES = 1e9 / 2;

async function linesOf(path: string): Promise<readonly string[]> {
  const text = await readText(path, { mostBytes: MAX_TEXT_BYTES }).catch((error: unknown) => {
    throw error instanceof FaultError ? error : asFilesError(error, path);
  });
  return text.trimEnd().split(/\r?\n/);
}

/** Rows that can't be used: reported at the end, never dropped silently. */
class BadRows {
  private count = 0;
  private first: BadRow | null = null;

  constructor(private readonly path: string) {}

  readonly add = (row: BadRow): void => {
    this.count++;
    this.first ??= row;
  };

  complain(): void {
    if (this.first === null) return;
    const { line, reason } = this.first;
    const rows = `${several(this.count, "row")} ${this.count === 1 ? "is" : "are"}`;
    complain(`${this.path}: ${rows} not used, the first in line ${line}: ${reason}`);
  }
}
