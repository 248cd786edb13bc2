// The output as Parquet, made from its JSON lines: a Parquet file ends in an index, so it can't grow while a run may be
// killed at any time.
import { fileWriter, parquetWriteRows } from "hyparquet-writer";
import { asFilesError, PRIVATE_MODE, writeFileAside } from "../../files/index.ts";
import { BatchError } from "../errors.ts";
import { outputRows } from "./outputRows.ts";
import type { OutputRow } from "../../protocol/outputRow.ts";

/** Rows held in memory at once. */
const ROW_GROUP_ROWS = 5_000;

const COLUMNS = [
  { name: "id", type: "STRING" },
  { name: "subject", type: "STRING" },
  { name: "group", type: "STRING" },
  { name: "groupReason", type: "STRING" },
  { name: "strategy", type: "STRING" },
  { name: "text", type: "STRING" },
  { name: "tokenIds", type: "JSON" },
  { name: "finish", type: "STRING" },
  { name: "errorCode", type: "STRING" },
  { name: "errorMessage", type: "STRING" },
  { name: "seed", type: "INT64" },
  { name: "attempts", type: "INT32" },
  { name: "historyCut", type: "INT32" },
  { name: "trace", type: "STRING" },
  { name: "promptTokens", type: "INT32" },
  { name: "tokens", type: "INT32" },
  { name: "steps", type: "INT32" },
  { name: "drafted", type: "INT32" },
  { name: "accepted", type: "INT32" },
  { name: "relaxed", type: "INT32" },
  { name: "ownTokens", type: "INT32" },
  { name: "edl", type: "DOUBLE" },
  { name: "prefillMs", type: "DOUBLE" },
  { name: "ms", type: "DOUBLE" },
  { name: "finishedAt", type: "STRING" },
] as const;

type Cells = Readonly<Record<(typeof COLUMNS)[number]["name"], unknown>>;

/**
 * Writes the rows as a Parquet file (Snappy), whole or not at all; like the rows, a new one is readable only by its owner.
 * @throws BatchError outputDamaged; FilesError
 */
export async function writeParquet(rowsPath: string, path: string, signal: AbortSignal): Promise<void> {
  const write = async (aside: string): Promise<void> => {
    try {
      await parquetWriteRows({
        writer: fileWriter(aside),
        rows: cellsOf(rowsPath, signal),
        columns: [...COLUMNS],
        rowGroupSize: ROW_GROUP_ROWS,
      });
    } catch (error) {
      throw error instanceof BatchError ? error : asFilesError(error, path);
    }
  };
  await writeFileAside(path, write, { mode: PRIVATE_MODE });
}

async function* cellsOf(path: string, signal: AbortSignal): AsyncGenerator<Cells> {
  for await (const { row } of outputRows(path, signal)) yield flat(row);
}

/** Names as in the JSON lines, with errors and figures in their own columns. */
function flat({ error, figures, seed, ...row }: OutputRow): Cells {
  return {
    ...row,
    seed: seed === null ? null : BigInt(seed),
    errorCode: error?.code ?? null,
    errorMessage: error?.message ?? null,
    promptTokens: figures?.promptTokens ?? null,
    tokens: figures?.tokens ?? null,
    steps: figures?.steps ?? null,
    drafted: figures?.drafted ?? null,
    accepted: figures?.accepted ?? null,
    relaxed: figures?.relaxed ?? null,
    ownTokens: figures?.ownTokens ?? null,
    edl: figures?.edl ?? null,
    prefillMs: figures?.prefillMs ?? null,
    ms: figures?.ms ?? null,
  };
}
