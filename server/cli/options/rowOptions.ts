// Options that choose rows of a data set, shared by the commands that read or show them.
import { Option, type Command } from "commander";
import { DEFAULT_HISTORY_ITEMS, openRowSource, type RowSource } from "../../data/index.ts";
import { oneOf, wholeNumber } from "./options.ts";

export interface RowFlags {
  readonly of: "users" | "items";
  readonly historyItems: number | "all";
  readonly heldOut?: boolean;
}

export function withRowOptions(command: Command, of: RowFlags["of"]): Command {
  return command
    .addOption(
      new Option("--of <what>", "rows of a data set: users or items")
        .default(of)
        .argParser(oneOf("--of", ["users", "items"] as const)),
    )
    .addOption(
      new Option("--history-items <n>", "how many of a user's latest interactions a row contains, or all")
        .default(DEFAULT_HISTORY_ITEMS)
        .argParser((value: string) =>
          value === "all"
            ? value
            : wholeNumber("--history-items", { min: 0, max: Number.MAX_SAFE_INTEGER, orWord: "all" })(value),
        ),
    )
    .option("--held-out", "include the validation and test parts in histories and counts");
}

/** @throws DataError; FilesError; TextFileError; the signal's AbortError */
export function rowSourceOf(
  path: string,
  { of, historyItems, heldOut }: RowFlags,
  signal: AbortSignal,
): Promise<RowSource> {
  return openRowSource(path, {
    of,
    historyItems: historyItems === "all" ? null : historyItems,
    trainOnly: heldOut !== true,
    signal,
  });
}
