// Who interacted with what: the interactions of a data set, or of a source that could be imported as one.
import { stat } from "node:fs/promises";
import { asFilesError } from "../../files/index.ts";
import { openSource } from "../formats/detect.ts";
import type { BadRow } from "../rows.ts";
import { isDataSet } from "../store/dataSet.ts";
import { interactionsOf, type UserItem } from "./studyRows.ts";

export interface InteractionOptions {
  /** Whether a split data set's parts for validation and test are left out. */
  readonly trainOnly: boolean;
  /** As of openSource: which columns of a table mean what. */
  readonly map?: string | undefined;
  readonly signal: AbortSignal;
  readonly onBadRow: (row: BadRow) => void;
}

/**
 * Interactions one by one. Those of a data set name users and items as its rows do ("user-7"); those of another source
 * by its own ids. @throws DataError; FilesError; TextFileError; the signal's AbortError
 */
export async function* readInteractions(
  path: string,
  { trainOnly, map, signal, onBadRow }: InteractionOptions,
): AsyncGenerator<UserItem> {
  const found = await stat(path).catch((error: unknown) => {
    throw asFilesError(error, path);
  });
  if (!found.isDirectory() && (await isDataSet(path))) {
    yield* interactionsOf(path, signal, { trainOnly });
    return;
  }
  const source = await openSource(path, { map, signal });
  const reading = {
    signal,
    onBadRow: (_: string, line: number, reason: string) => {
      onBadRow({ line, reason });
    },
    onBytes: () => undefined,
    latestMs: Infinity,
    needsTimes: false,
  };
  for await (const records of source.records(reading))
    for (const record of records) if (record.kind === "interaction") yield record;
}
