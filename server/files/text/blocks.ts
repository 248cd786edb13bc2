// Reads a text file of any size in blocks of whole lines, checked to be UTF-8. A byte order mark is dropped, and gzip,
// recognized by its first bytes, is unpacked up to a limit: a few megabytes may unpack to gigabytes.
import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { errorCode } from "../errors.ts";
import { TextFileError } from "./errors.ts";

/** A few lines, with their line ends. */
export interface TextBlock {
  readonly text: string;
  /** The number of its first line, counted from 1. */
  readonly line: number;
}

export interface TextOptions {
  readonly signal?: AbortSignal | undefined;
  /** Receives the raw bytes of the file, in order, for a hash. */
  readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** The most bytes of text; a plain file may be of any size by default, a packed one MAX_UNPACKED_BYTES. */
  readonly mostBytes?: number | undefined;
  readonly mostLineBytes?: number | undefined;
  /** How much is read at once; what is made of a block takes several times as much. A mebibyte when left out. */
  readonly readBytes?: number | undefined;
  /** "latin1": every byte is a character, so that nothing is wrong. UTF-8 when left out. */
  readonly encoding?: "utf8" | "latin1" | undefined;
  /** Called for a line that is not UTF-8, which is then read as an empty one; without it, such a line is an error. */
  readonly onWrongLine?: ((line: number, byte: string) => void) | undefined;
}

const MIB = 2 ** 20;
const MAX_UNPACKED_BYTES = 4096 * MIB;
const MAX_LINE_BYTES = 256 * MIB;
const READ_BYTES = MIB;
const LINE_BREAK = 0x0a;

/** Formats that people pack files with, by their first bytes. */
const PACKED: readonly (readonly [format: string, bytes: readonly number[]])[] = [
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf]],
  ["rar", [0x52, 0x61, 0x72, 0x21, 0x1a]],
  ["LZ4", [0x04, 0x22, 0x4d, 0x18]],
  ["zlib", [0x78, 0x9c]],
  ["zlib", [0x78, 0xda]],
];

/** What is found where text was expected, by its first characters in Latin-1. */
const FOREIGN: readonly (readonly [what: string, start: string])[] = [
  ["a Parquet file", "PAR1"],
  ["an Arrow file", "ARROW1"],
  ["an SQLite database", "SQLite format 3\0"],
  ["a model file (GGUF)", "GGUF"],
  ["a PDF", "%PDF-"],
  ["an image", "\x89PNG\r\n"],
  ["an image", "\xff\xd8\xff"],
  ["a Python pickle", "\x80\x04\x95"],
];

/**
 * The text of a file in order. Memory holds one block: `readBytes`, or the longest line.
 * @throws TextFileError; errors of reading a file; the signal's AbortError
 */
export async function* textBlocks(path: string, options: TextOptions = {}): AsyncGenerator<TextBlock> {
  const { mostLineBytes = MAX_LINE_BYTES, encoding = "utf8", onWrongLine } = options;
  let line = 1;
  let isFirst = true;
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  const decoded = (bytes: Buffer): string => {
    if (encoding === "latin1") return bytes.toString("latin1");
    if (onWrongLine !== undefined && !isUtf8(bytes)) return withoutWrongLines(bytes, path, line, onWrongLine);
    requireUtf8(bytes, path, line);
    return bytes.toString("utf8");
  };
  const block = (bytes: Buffer): TextBlock => {
    const text = decoded(bytes);
    const made = { text: isFirst && text.startsWith("\ufeff") ? text.slice(1) : text, line };
    line += countOf(text, "\n");
    isFirst = false;
    return made;
  };
  for await (const chunk of unpackedBytes(path, options)) {
    const end = chunk.lastIndexOf(LINE_BREAK) + 1;
    const rest = end === 0 ? chunk : chunk.subarray(end);
    if (end > 0) {
      yield block(Buffer.concat([...carried, chunk.subarray(0, end)]));
      [carried, carriedBytes] = [[], 0];
    }
    if (rest.length > 0) carried.push(rest);
    carriedBytes += rest.length;
    if (carriedBytes > mostLineBytes)
      throw new TextFileError({ tag: "textLineTooLong", path, line, mostBytes: mostLineBytes });
  }
  if (carriedBytes > 0) yield block(Buffer.concat(carried));
}

/** The whole text of a file. @throws like textBlocks */
export async function readText(path: string, options: TextOptions = {}): Promise<string> {
  const texts: string[] = [];
  for await (const { text } of textBlocks(path, { mostBytes: MAX_LINE_BYTES, ...options })) texts.push(text);
  return texts.join("");
}

/** Text that is not in a file, such as that of standard input, checked as a file is. @throws TextFileError */
export function decodeText(bytes: Buffer, name: string): string {
  refuseOtherFormats(bytes, name);
  requireUtf8(bytes, name, 1);
  return bytes.toString("utf8").replace(/^\ufeff/, "");
}

async function* unpackedBytes(path: string, options: TextOptions): AsyncGenerator<Buffer> {
  const { signal, onBytes, readBytes = READ_BYTES } = options;
  const file = createReadStream(path, { highWaterMark: readBytes, ...(signal && { signal }) });
  let bytes = 0;
  const chunks = file as AsyncIterable<Buffer>;
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const packed = first.value[0] === 0x1f && first.value[1] === 0x8b;
  async function* all(): AsyncGenerator<Buffer> {
    for (
      let next: IteratorResult<Buffer, unknown> = first;
      next.done !== true;
      next = await iterator.next()
    ) {
      onBytes?.(next.value);
      yield next.value;
    }
  }
  const mostBytes = options.mostBytes ?? (packed ? MAX_UNPACKED_BYTES : Infinity);
  let isStart = true;
  try {
    for await (const chunk of packed ? gunzipped(all(), readBytes) : all()) {
      signal?.throwIfAborted();
      if (isStart) refuseOtherFormats(chunk, path);
      if (isStart && packed && chunk[0] === 0x1f && chunk[1] === 0x8b)
        throw new TextFileError({ tag: "textPacked", path, format: "gzip within gzip" });
      isStart = false;
      bytes += chunk.length;
      if (bytes > mostBytes) throw new TextFileError({ tag: "textTooLong", path, mostBytes });
      yield chunk;
    }
  } catch (error) {
    throw packed ? asUnpackError(error, path) : error;
  } finally {
    file.destroy();
  }
}

async function* gunzipped(packed: AsyncIterable<Buffer>, chunkSize: number): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize });
  // Ends one stream when the other fails or reading stops; the error itself surfaces in the loop below.
  pipeline(packed, gunzip, () => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}

function asUnpackError(error: unknown, path: string): unknown {
  const code = errorCode(error) ?? "";
  if (!code.startsWith("Z_")) return error;
  const reason = code === "Z_BUF_ERROR" ? "it ends too early" : "its content is damaged";
  return new TextFileError({ tag: "textNotUnpacked", path, reason }, { cause: error });
}

function refuseOtherFormats(start: Buffer, path: string): void {
  const [a, b] = start;
  const wide = start.length > 3 && a === 0xff && b === 0xfe && start[2] === 0 && start[3] === 0;
  if (wide || (a === 0 && b === 0 && start[2] === 0xfe && start[3] === 0xff))
    throw new TextFileError({ tag: "textWide", path, encoding: "UTF-32" });
  const hasMark = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  // Without a mark, a Latin letter of UTF-16 is a zero byte beside another one.
  const hasZero = start.length > 1 && (a === 0) !== (b === 0) && (start[2] === 0) !== (start[3] === 0);
  if (hasMark || hasZero) throw new TextFileError({ tag: "textWide", path, encoding: "UTF-16" });
  const format = PACKED.find(([, bytes]) => bytes.every((byte, at) => start[at] === byte))?.[0];
  if (format !== undefined) throw new TextFileError({ tag: "textPacked", path, format });
  const head = start.toString("latin1", 0, 16);
  const what = FOREIGN.find(([, begins]) => head.startsWith(begins))?.[0];
  if (what !== undefined) throw new TextFileError({ tag: "textForeign", path, what });
}

function requireUtf8(bytes: Buffer, path: string, firstLine: number): void {
  if (isUtf8(bytes)) return;
  // A byte beyond ASCII is part of a longer character or wrong: the first wrong one follows the longest valid start.
  let [valid, wrong] = [0, bytes.length];
  while (valid + 1 < wrong) {
    const middle = (valid + wrong) >> 1;
    if (isUtf8Start(bytes.subarray(0, middle))) valid = middle;
    else wrong = middle;
  }
  // Latin-1's é looks like the beginning of a longer character until the next byte.
  while (!isUtf8(bytes.subarray(0, valid))) valid--;
  const line = firstLine + countOf(bytes.subarray(0, valid).toString("latin1"), "\n");
  const byte = `0x${(bytes[valid] ?? 0).toString(16).padStart(2, "0")}`;
  throw new TextFileError({ tag: "textNotUtf8", path, line, byte });
}

/** The text of a few lines; those that are not UTF-8 are emptied and reported. */
function withoutWrongLines(
  bytes: Buffer,
  path: string,
  firstLine: number,
  onWrongLine: (line: number, byte: string) => void,
): string {
  const lines: string[] = [];
  for (let from = 0, line = firstLine; from <= bytes.length; line++) {
    const found = bytes.indexOf(LINE_BREAK, from);
    const end = found < 0 ? bytes.length : found;
    const one = bytes.subarray(from, end);
    try {
      requireUtf8(one, path, line);
      lines.push(one.toString("utf8"));
    } catch (error) {
      if (!(error instanceof TextFileError) || error.fault.tag !== "textNotUtf8") throw error;
      onWrongLine(line, error.fault.byte);
      lines.push("");
    }
    from = end + 1;
  }
  return lines.join("\n");
}

/** Whether the bytes are UTF-8, except for a character cut off at their end. */
function isUtf8Start(bytes: Buffer): boolean {
  for (let cut = 0; cut <= 3 && cut <= bytes.length; cut++)
    if (isUtf8(bytes.subarray(0, bytes.length - cut)) && isOpening(bytes.subarray(bytes.length - cut)))
      return true;
  return false;
}

/** Whether bytes may begin a character that more bytes complete. */
function isOpening(bytes: Buffer): boolean {
  const [first = 0xc2] = bytes;
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : 2;
  if (bytes.length === 0) return true;
  return first >= 0xc2 && first < 0xf5 && bytes.length < length && bytes.subarray(1).every(isContinuation);
}

const isContinuation = (byte: number): boolean => byte >= 0x80 && byte < 0xc0;

function countOf(text: string, sign: string): number {
  let count = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) count++;
  return count;
}
