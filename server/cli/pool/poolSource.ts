// A pool named on the command line, read with notes on surprising contents.
import { several } from "../../../core/base/index.ts";
import { readPoolSource, type AnswerFile, type PoolSource } from "../../pools/index.ts";
import { note } from "../terminal/output.ts";

/** Null if none is named. @throws like readPoolSource */
export async function poolSourceOf(
  path: string | undefined,
  signal?: AbortSignal,
): Promise<PoolSource | null> {
  if (path === undefined) return null;
  const source = await readPoolSource(path, { signal });
  if (source.kind === "answers") noteRepeated(source.file);
  return source;
}

/** Says how many answers repeat others. */
export function noteRepeated({ name, repeated }: Pick<AnswerFile, "name" | "repeated">): void {
  if (repeated === 0) return;
  const [repeat, count] = repeated === 1 ? ["repeats", "it counts"] : ["repeat", "each counts"];
  note(
    `${name}: ${several(repeated, "answer")} ${repeat} an earlier one word for word; ${count} as a vote of its own`,
  );
}
