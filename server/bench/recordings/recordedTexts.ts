// Recorded answers as texts or as token ids, whichever a file holds, in the token ids of one model.
import { type Recording, recordingOf, vocabularyOf } from "./recordings.ts";
import { readLines, type Line, type Place } from "./recordingLines.ts";
import { BenchError } from "../errors.ts";

/** An answer as text. */
export interface RecordedText {
  readonly id: string;
  readonly group: string | null;
  /** The question as a user wrote it; null: not recorded. */
  readonly prompt: string | null;
  readonly text: string;
}

export type RecordedFile =
  | { readonly kind: "ids"; readonly recordings: readonly Recording[] }
  | { readonly kind: "texts"; readonly texts: readonly RecordedText[] };

/** Reads a file; its first line says whether it holds texts or ids. @throws BenchError naming file, line and field */
export async function readRecorded(path: string): Promise<RecordedFile> {
  const lines = await readLines(path);
  return lines[0]?.fields.out === undefined
    ? { kind: "texts", texts: lines.map(textOf) }
    : { kind: "ids", recordings: lines.map(recordingOf) };
}

function textOf(line: Line, index: number): RecordedText {
  const { fields } = line;
  const place: Place = line.place;
  const { id = String(index + 1), group = null, prompt = null } = fields;
  if (typeof id !== "string" && typeof id !== "number") place.refuse("id", "must be a string or a number");
  if (group !== null && typeof group !== "string") place.refuse("group", "must be a string or null");
  if (prompt !== null && typeof prompt !== "string") place.refuse("prompt", "must be a string or null");
  const text = fields.text ?? fields.answer;
  if (typeof text !== "string" || text === "")
    return place.refuse("text", "must be a string that is not empty");
  return { id: String(id), group, prompt, text };
}

/** Where the token ids of recordings come from. */
export type IdSource =
  | { readonly kind: "tokenized" }
  | { readonly kind: "recorded" }
  /** Without a model. */
  | { readonly kind: "unchecked" }
  /** Without a model: words and punctuation marks, each with the white space before it. */
  | { readonly kind: "words"; readonly words: number }
  | { readonly kind: "renumbered"; readonly words: number; readonly recordedWords: number };

/** In words, for reports. */
export function idSourceText(source: IdSource): string {
  switch (source.kind) {
    case "tokenized":
      return "the recorded texts in the tokens of this model";
    case "recorded":
      return "the recorded token ids, of which this model's vocabulary may have other words";
    case "unchecked":
      return "the recorded token ids";
    case "words":
      return `the recorded texts cut at words and punctuation marks, ${source.words} distinct: not a model's tokens`;
    case "renumbered":
      return (
        `the recorded token ids reach ${source.recordedWords - 1}, beyond this model's vocabulary: ` +
        `their ${source.words} distinct ids are renumbered from 0 in order of frequency`
      );
  }
}

/** A word or one mark, with the white space before it. */
const PIECE = /\s*(?:[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}])|\s+/gu;

/** Answers as ids without a model: those of a file of ids as they are, texts in words numbered by first occurrence. */
export function withoutModel(file: RecordedFile): {
  readonly recordings: readonly Recording[];
  readonly source: IdSource;
} {
  if (file.kind === "ids") return { recordings: file.recordings, source: { kind: "unchecked" } };
  // 0 precedes an answer whose prompt was not recorded.
  const numbers = new Map<string, number>([["", 0]]);
  const idsOf = (text: string) =>
    Int32Array.from(text.match(PIECE) ?? [], (piece) => {
      const number = numbers.get(piece) ?? numbers.size;
      numbers.set(piece, number);
      return number;
    });
  const recordings = file.texts.map(({ id, group, prompt, text }) => ({
    k: id,
    kind: "text",
    group,
    prompt: prompt === null ? Int32Array.of(0) : idsOf(prompt),
    out: idsOf(text),
    ms: null,
  }));
  return { recordings, source: { kind: "words", words: numbers.size - 1 } };
}

/** Recordings whose ids a model of this vocabulary can evaluate. @throws BenchError vocabularyTooSmall */
export function fittedTo(
  recordings: readonly Recording[],
  vocabularySize: number,
): { readonly recordings: readonly Recording[]; readonly source: IdSource } {
  const recordedWords = vocabularyOf(recordings);
  if (recordedWords <= vocabularySize) return { recordings, source: { kind: "recorded" } };
  const counts = new Map<number, number>();
  const count = (tokens: Int32Array): void => {
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  };
  for (const { prompt, out } of recordings) {
    count(prompt);
    count(out);
  }
  if (counts.size > vocabularySize)
    throw new BenchError({ tag: "vocabularyTooSmall", words: counts.size, vocabularySize });
  const ranked = [...counts.entries()].sort(([a, often], [b, seldom]) => seldom - often || a - b);
  const idOf = new Map(ranked.map(([token], rank) => [token, rank]));
  const renumbered = (tokens: Int32Array) => tokens.map((token) => idOf.get(token)!);
  return {
    recordings: recordings.map((recording) => ({
      ...recording,
      prompt: renumbered(recording.prompt),
      out: renumbered(recording.out),
    })),
    source: { kind: "renumbered", words: counts.size, recordedWords },
  };
}
