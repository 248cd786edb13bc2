// Recorded answers: token ids of a prompt and of a model's answer to it, one JSON object per line. They allow
// drafting to be measured without a model.
import { readFile } from "node:fs/promises";
import { errorCode } from "../files/index.ts";
import { messageOf } from "../../core/base/index.ts";
import { BenchError } from "./errors.ts";

export interface Recording {
  /** Names the user or item that the answer is about. */
  readonly k: string | number;
  /** The kind of its subject: "item", "user". */
  readonly kind: string;
  /** The group that it belongs to; null: none. */
  readonly group: string | null;
  readonly prompt: Int32Array;
  /** The answer, without an end-of-text token. */
  readonly out: Int32Array;
  /** How long it took to generate; null if not recorded. */
  readonly ms: number | null;
}

/** Arrays are as long as the vocabulary: an id beyond any vocabulary means a damaged file, not 8 GB of memory. */
const MAX_TOKEN_ID = 2 ** 24 - 1;

/** Reads a whole file; empty lines are skipped. @throws BenchError naming file, line and field */
export async function readRecordings(path: string): Promise<Recording[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    const reason = errorCode(error) ?? String(error);
    if (reason === "ENOENT") throw new BenchError({ tag: "recordingsMissing", path }, { cause: error });
    throw new BenchError({ tag: "recordingsUnreadable", path, reason }, { cause: error });
  });
  return parseRecordings(text, path);
}

/** Parses the lines of a file; `path` only names it in errors. Unknown keys are dropped. @throws BenchError */
export function parseRecordings(text: string, path: string): Recording[] {
  const recordings: Recording[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() !== "") recordings.push(parseLine(line, new Place(path, index + 1)));
  });
  if (recordings.length === 0) throw new BenchError({ tag: "recordingsEmpty", path });
  return recordings;
}

/** One more than the largest id of the recordings: the smallest vocabulary that contains them all. */
export function vocabularyOf(recordings: readonly Recording[]): number {
  let largest = -1;
  for (const { prompt, out } of recordings) {
    for (const token of prompt) largest = Math.max(largest, token);
    for (const token of out) largest = Math.max(largest, token);
  }
  return largest + 1;
}

function parseLine(line: string, place: Place): Recording {
  const fields = parseObject(line, place);
  const { k, kind, group = null, ms = null } = fields;
  if (typeof k !== "string" && typeof k !== "number") place.refuse("k", "must be a string or a number");
  if (typeof kind !== "string") place.refuse("kind", "must be a string");
  if (group !== null && typeof group !== "string") place.refuse("group", "must be a string or null");
  if (ms !== null && !(typeof ms === "number" && ms >= 0))
    place.refuse("ms", "must be a number of at least 0");
  const prompt = tokensOf("prompt", fields.prompt, place);
  const out = tokensOf("out", fields.out, place);
  return { k, kind, group, prompt, out, ms };
}

function parseObject(line: string, place: Place): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return place.refuse(null, messageOf(error));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return place.refuse(null, "it is not a JSON object");
  return value as Record<string, unknown>;
}

function tokensOf(field: string, value: unknown, place: Place): Int32Array {
  if (!Array.isArray(value)) return place.refuse(field, "must be a list of token ids");
  const tokens = new Int32Array(value.length);
  for (let i = 0; i < tokens.length; i++) {
    const token: unknown = value[i];
    if (typeof token !== "number" || !Number.isInteger(token) || token < 0 || token > MAX_TOKEN_ID)
      return place.refuse(`${field}[${i}]`, `must be a token id, a whole number from 0 to ${MAX_TOKEN_ID}`);
    tokens[i] = token;
  }
  return tokens;
}

/** The file and line of a field. */
class Place {
  constructor(
    private readonly path: string,
    private readonly line: number,
  ) {}

  refuse(field: string | null, reason: string): never {
    throw new BenchError({ tag: "recordingInvalid", path: this.path, line: this.line, field, reason });
  }
}
