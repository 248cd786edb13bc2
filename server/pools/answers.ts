// Earlier answers as text, one JSON object per line: {"id", "group", "text"}. Text does not depend on a
// tokenizer, so the same file serves every model.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import * as Type from "typebox";
import { Value } from "typebox/value";
import { errorCode } from "../files/index.ts";
import { messageOf } from "../../core/base/index.ts";
import { PoolError } from "./errors.ts";

const AnswerSchema = Type.Object({
  /** Names the user or item that the answer is about. */
  id: Type.String({ minLength: 1 }),
  /** The group that the answer belongs to; null or absent: none. */
  group: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  text: Type.String({ minLength: 1 }),
});

export interface Answer {
  readonly id: string;
  readonly group: string | null;
  readonly text: string;
  /** When it was added to a pool, milliseconds since 1970; unknown in a file of answers. */
  readonly timeMs?: number;
}

export interface AnswerFile {
  readonly name: string;
  /** First 16 hex digits of the SHA-256 of the file. */
  readonly fingerprint: string;
  readonly answers: readonly Answer[];
}

/** Reads a whole file; empty lines are skipped. @throws PoolError naming the file and the line */
export async function readAnswers(path: string): Promise<AnswerFile> {
  const content = await readFile(path).catch((error: unknown) => {
    const code = errorCode(error) ?? String(error);
    if (code === "ENOENT") throw new PoolError({ tag: "poolFileMissing", path }, { cause: error });
    throw new PoolError({ tag: "poolFileUnreadable", path, reason: code }, { cause: error });
  });
  const answers = parseAnswers(content.toString("utf8"), path);
  if (answers.length === 0) throw new PoolError({ tag: "poolEmpty", path });
  const fingerprint = createHash("sha256").update(content).digest("hex").slice(0, 16);
  return { name: basename(path), fingerprint, answers };
}

/** Parses the lines of a file; `path` only names it in errors. @throws PoolError poolLineInvalid */
export function parseAnswers(text: string, path: string): Answer[] {
  const answers: Answer[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    answers.push(parseLine(line, path, index + 1));
  });
  return answers;
}

function parseLine(text: string, path: string, line: number): Answer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = messageOf(error);
    throw new PoolError({ tag: "poolLineInvalid", path, line, reason }, { cause: error });
  }
  if (!Value.Check(AnswerSchema, value)) {
    const first = Value.Errors(AnswerSchema, value)[0];
    const reason = first ? `${first.instancePath || "the line"} ${first.message}` : "not an answer";
    throw new PoolError({ tag: "poolLineInvalid", path, line, reason });
  }
  return { id: value.id, group: value.group ?? null, text: value.text };
}
