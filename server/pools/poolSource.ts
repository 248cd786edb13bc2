// A file named as a pool: answers as text, or a pool file. This is decided by its content, never by its name.
import { readAnswers, type Answer, type AnswerFile, type ReadAnswers } from "./answers.ts";
import { basename } from "node:path";
import { isPoolFile, readPoolFile, type ReadPool } from "./poolFile.ts";

export type PoolSource =
  | { readonly kind: "answers"; readonly file: AnswerFile }
  | { readonly kind: "poolFile"; readonly path: string; readonly name: string; readonly stored: ReadPool };

/** Reads and checks the whole file. @throws like readAnswers and readPoolFile */
export async function readPoolSource(path: string, options: ReadAnswers = {}): Promise<PoolSource> {
  if (!(await isPoolFile(path))) return { kind: "answers", file: await readAnswers(path, options) };
  return { kind: "poolFile", path, name: basename(path), stored: await readPoolFile(path, null) };
}

/** The answers in a file of either kind as text, for any tokenizer. @throws like readPoolSource */
export async function readPoolAnswers(path: string, options: ReadAnswers = {}): Promise<AnswerFile> {
  const source = await readPoolSource(path, options);
  if (source.kind === "answers") return source.file;
  const { fingerprint, entries } = source.stored;
  const answers = entries.map(({ key, group, text, timeMs }): Answer => ({ id: key, group, text, timeMs }));
  for (const answer of answers) options.room?.take(path, answer);
  return { name: source.name, fingerprint, answers, repeated: 0, skipped: 0 };
}
