// Recorded answers: token ids of a prompt and of a model's answer to it, one JSON object per line. They allow
// drafting to be measured without a model.
import { readLines, type Line, type Place } from "./recordingLines.ts";

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

/** Reads a whole file; empty lines and unknown keys are skipped. @throws BenchError naming file, line and field */
export async function readRecordings(path: string): Promise<Recording[]> {
  return (await readLines(path)).map(recordingOf);
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

/** A line as a recording. @throws BenchError */
export function recordingOf(line: Line): Recording {
  const { fields } = line;
  const place: Place = line.place;
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
