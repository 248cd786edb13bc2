// Earlier answers as text, one JSON object per line or in an array: {"id", "group", "text"}. Text does not depend on a
// tokenizer, so the same file serves every model.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import * as Type from "typebox";
import { Value } from "typebox/value";
import { errorCode, isAbort, unreadableReason } from "../files/index.ts";
import { jsonRecords, type JsonRecord, type RefuseLine } from "../files/text/index.ts";
import { FaultError } from "../../core/base/index.ts";
import { PoolError } from "./errors.ts";
import { PoolRoom } from "./room.ts";

const Name = Type.Union([Type.String({ minLength: 1 }), Type.Number()]);

const AnswerSchema = Type.Object({
  /** Names the user or item that the answer is about. */
  id: Name,
  /** The group that the answer belongs to; null or absent: none. */
  group: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
  text: Type.String({ minLength: 1 }),
});

/** An earlier answer as text. */
export interface Answer {
  readonly id: string;
  readonly group: string | null;
  readonly text: string;
  /** When it was added to a pool, milliseconds since 1970; unknown in a file of answers. */
  readonly timeMs?: number;
}

/** The answers of a file, in its order. */
export interface AnswerFile {
  readonly name: string;
  /** First 16 hex digits of the SHA-256 of the file. */
  readonly fingerprint: string;
  readonly answers: readonly Answer[];
  /** How many have id, group and text of an earlier one: each is a separate vote. */
  readonly repeated: number;
}

/** How to read a file of answers. */
export interface ReadAnswers {
  readonly signal?: AbortSignal | undefined;
  /** Counts the text of several files that go into one pool. */
  readonly room?: PoolRoom | undefined;
}

/**
 * Reads JSON lines, or one JSON array, plain or packed by gzip, record by record; empty lines are skipped.
 * @throws PoolError naming the file and the line; TextFileError; the signal's AbortError
 */
export async function readAnswers(path: string, options: ReadAnswers = {}): Promise<AnswerFile> {
  const { signal, room = new PoolRoom() } = options;
  const hash = createHash("sha256");
  const answers: Answer[] = [];
  const distinct = new Set<string>();
  const refuse = refusing(path);
  const onBytes = (bytes: Uint8Array): void => {
    hash.update(bytes);
  };
  try {
    for await (const records of jsonRecords(path, refuse, { signal, onBytes }))
      for (const record of records) {
        const answer = answerOf(record, refuse);
        room.take(path, answer);
        distinct.add(digestOf(answer));
        answers.push(answer);
      }
  } catch (error) {
    throw asPoolError(error, path);
  }
  if (answers.length === 0) throw new PoolError({ tag: "poolEmpty", path });
  const fingerprint = hash.digest("hex").slice(0, 16);
  return { name: basename(path), fingerprint, answers, repeated: answers.length - distinct.size };
}

function refusing(path: string): RefuseLine {
  return (line, reason, cause) => {
    throw new PoolError({ tag: "poolLineInvalid", path, line, reason }, { cause });
  };
}

function asPoolError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (error instanceof FaultError || code === undefined || isAbort(error)) return error;
  if (code === "ENOENT") return new PoolError({ tag: "poolFileMissing", path }, { cause: error });
  return new PoolError(
    { tag: "poolFileUnreadable", path, reason: unreadableReason(error) },
    { cause: error },
  );
}

function answerOf({ value, line }: JsonRecord, refuse: RefuseLine): Answer {
  if (!Value.Check(AnswerSchema, value)) {
    const [first] = Value.Errors(AnswerSchema, value);
    return refuse(line, first === undefined ? "not an answer" : reasonOf(first));
  }
  const { group = null } = value;
  return {
    id: nameOf("id", value.id, line, refuse),
    group: group === null ? null : nameOf("group", group, line, refuse),
    text: value.text,
  };
}

/** E.g. 'it has no "text"', "/text must be string". */
function reasonOf(error: ReturnType<typeof Value.Errors>[number]): string {
  if (error.keyword === "required") return `it has no "${error.params.requiredProperties.join('", "')}"`;
  return `${error.instancePath || "it"} ${error.message}`;
}

/** A name, which may be written as a number. */
function nameOf(field: string, name: string | number, line: number, refuse: RefuseLine): string {
  if (typeof name === "string") return name;
  // Two longer numbers may have been read as the same one.
  if (Number.isInteger(name) && !Number.isSafeInteger(name))
    return refuse(line, `/${field} has more digits than a JSON number keeps; write it in quotation marks`);
  return String(name);
}

/** Distinguishes answers in a few bytes each. */
function digestOf({ id, group, text }: Answer): string {
  const parts = JSON.stringify([id, group, text]);
  return createHash("sha256").update(parts).digest("base64").slice(0, 24);
}
