// Earlier answers as text, one JSON object per line or in an array: {"id", "group", "text"}. Text does not depend on a
// tokenizer, so the same file serves every model.
import { createHash } from "node:crypto";
import { basename } from "node:path";
import * as Type from "typebox";
import { Value } from "typebox/value";
import { errorCode, isAbort, unreadableReason } from "../files/index.ts";
import { jsonRecords, type JsonRecord, type OnBadLine } from "../files/text/index.ts";
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

type AnswerRecord = Type.Static<typeof AnswerSchema>;

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
  /** Records that are not answers and were left out, as asked. */
  readonly skipped: number;
}

/** How to read a file of answers. */
export interface ReadAnswers {
  readonly signal?: AbortSignal | undefined;
  /** Counts the text of several files that go into one pool. */
  readonly room?: PoolRoom | undefined;
  /** Leaves out what is not an answer, as long as something is; otherwise the file is refused. */
  readonly skipsBadLines?: boolean | undefined;
}

/**
 * Reads JSON lines, or one JSON array, plain or packed by gzip, record by record; empty lines are skipped.
 * @throws PoolError naming the file and the line; TextFileError; the signal's AbortError
 */
export async function readAnswers(path: string, options: ReadAnswers = {}): Promise<AnswerFile> {
  const { signal, room = new PoolRoom(), skipsBadLines = false } = options;
  const hash = createHash("sha256");
  const answers: Answer[] = [];
  const distinct = new Set<string>();
  const bad = new BadLines(path, skipsBadLines);
  const onBytes = (bytes: Uint8Array): void => {
    hash.update(bytes);
  };
  try {
    for await (const records of jsonRecords(path, bad.take, { signal, onBytes })) {
      for (const record of records) {
        const answer = answerOf(record, bad.take);
        if (answer === null) continue;
        bad.hasAnswers = true;
        room.take(path, answer);
        distinct.add(digestOf(answer));
        answers.push(answer);
      }
      bad.endBlock();
    }
    bad.end();
  } catch (error) {
    throw asPoolError(error, path);
  }
  if (answers.length === 0) throw new PoolError({ tag: "poolEmpty", path });
  const fingerprint = hash.digest("hex").slice(0, 16);
  const repeated = answers.length - distinct.size;
  return { name: basename(path), fingerprint, answers, repeated, skipped: bad.count };
}

/** How many bad lines one refusal names: all of them are to be fixed at once. */
const MAX_NAMED_LINES = 10;

interface BadLine {
  readonly line: number;
  readonly reason: string;
  readonly cause: unknown;
}

/** Collects what can't be read. Within a block of text, lines that are not JSON come before other bad ones. */
class BadLines {
  count = 0;
  hasAnswers = false;
  private readonly lines: BadLine[] = [];

  constructor(
    private readonly path: string,
    private readonly isSkipping: boolean,
  ) {}

  readonly take: OnBadLine = (line, reason, cause) => {
    this.count++;
    if (!this.isSkipping || this.lines.length < MAX_NAMED_LINES) this.lines.push({ line, reason, cause });
  };

  /** After a block of text: a file that is wrong from beginning to end is not read to its end. @throws PoolError */
  endBlock(): void {
    if (!this.isSkipping && this.count >= MAX_NAMED_LINES) this.end();
  }

  /** @throws PoolError poolLineInvalid, unless there is nothing to refuse */
  end(): void {
    const { path, isSkipping, hasAnswers } = this;
    const [first, ...others] = this.lines.sort((a, b) => a.line - b.line);
    if (first === undefined || (isSkipping && hasAnswers)) return;
    const { line, reason, cause } = first;
    const further = [...new Set(others.map((other) => other.line))].filter((other) => other !== line);
    throw new PoolError(
      {
        ...{ tag: "poolLineInvalid", path, line, reason },
        // A file without any answer is of another kind: what its first line says is enough.
        further: hasAnswers ? further.slice(0, MAX_NAMED_LINES - 1) : [],
        isMixed: hasAnswers,
      },
      { cause },
    );
  }
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

/** Null: it was refused. */
function answerOf({ value, line }: JsonRecord, refuse: OnBadLine): Answer | null {
  const reason = problemOf(value);
  if (reason !== null) {
    refuse(line, reason);
    return null;
  }
  const { id, group = null, text } = value as AnswerRecord;
  return { id: String(id), group: group === null ? null : String(group), text };
}

function problemOf(value: unknown): string | null {
  if (!Value.Check(AnswerSchema, value)) {
    const [first] = Value.Errors(AnswerSchema, value);
    return first === undefined ? "not an answer" : reasonOf(first);
  }
  return nameProblem("id", value.id) ?? nameProblem("group", value.group ?? "");
}

const MUST_BE: Readonly<Record<string, string>> = {
  "": "it is not a JSON object",
  "/id": '"id" must be a text with at least one character, or a number',
  "/group": '"group" must be a text, a number or null',
  "/text": '"text" must be a text with at least one character',
};

/** E.g. 'it has no "text"', '"group" must be a text, a number or null'. */
function reasonOf({
  keyword,
  params,
  instancePath,
  message,
}: ReturnType<typeof Value.Errors>[number]): string {
  if (keyword === "required") return `it has no "${params.requiredProperties.join('", "')}"`;
  return MUST_BE[instancePath] ?? `${instancePath} ${message}`;
}

/** A name may be written as a number. */
function nameProblem(field: string, name: string | number): string | null {
  // Two longer numbers may have been read as the same one.
  return Number.isInteger(name) && !Number.isSafeInteger(name)
    ? `"${field}" has more digits than a JSON number keeps; write it in quotation marks`
    : null;
}

/** Distinguishes answers in a few bytes each. */
function digestOf({ id, group, text }: Answer): string {
  const parts = JSON.stringify([id, group, text]);
  return createHash("sha256").update(parts).digest("base64").slice(0, 24);
}
