// Pools named on the command line, read with notes on surprising contents.
import { describeError, several } from "../../../core/base/index.ts";
import {
  PoolError,
  readPoolAnswers,
  readPoolSource,
  type AnswerFile,
  type PoolSource,
  type ReadAnswers,
} from "../../pools/index.ts";
import { CliError } from "../errors.ts";
import { note } from "../terminal/output.ts";

export interface SkipFlags {
  readonly skipBadLines?: boolean;
}

/** The option of commands that read answers as text, and its help. */
export const SKIP_BAD_LINES = [
  "--skip-bad-lines",
  "leave out lines of answers that can't be read, instead of refusing their file",
] as const;

/** Null if none is named. @throws like readPoolSource; CliError poolLinesRefused */
export async function poolSourceOf(
  path: string | undefined,
  { skipBadLines }: SkipFlags,
  signal?: AbortSignal,
): Promise<PoolSource | null> {
  if (path === undefined) return null;
  const source = await skippable(readPoolSource(path, { signal, skipsBadLines: skipBadLines }));
  if (source.kind === "answers") noteContents(source.file);
  return source;
}

/** The answers of one file, of either kind, as text. @throws like readPoolAnswers; CliError poolLinesRefused */
export async function answersOf(path: string, options: ReadAnswers): Promise<AnswerFile["answers"]> {
  const file = await skippable(readPoolAnswers(path, options));
  noteContents(file);
  return file.answers;
}

/** Adds the option that helps, if lines of the file can be left out. */
async function skippable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof PoolError) || error.fault.tag !== "poolLineInvalid" || !error.fault.isMixed)
      throw error;
    throw new CliError({ tag: "poolLinesRefused", text: describeError(error) }, { cause: error });
  }
}

/** Says how many answers repeat others, and how many lines were left out. */
function noteContents({ name, repeated, skipped }: AnswerFile): void {
  if (skipped > 0)
    note(
      `${name}: ${several(skipped, "line")} left out, as ${skipped === 1 ? "it is not an answer" : "they are not answers"}`,
    );
  if (repeated === 0) return;
  const [repeat, count] = repeated === 1 ? ["repeats", "it counts"] : ["repeat", "each counts"];
  note(
    `${name}: ${several(repeated, "answer")} ${repeat} an earlier one word for word; ${count} as a vote of its own`,
  );
}
