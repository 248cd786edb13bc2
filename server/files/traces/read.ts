// Reads trace files of either form, recognized by their first bytes: whole, or in parts for readers that work
// line by line.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import {
  formOfBytes,
  MAX_TRACE_BYTES,
  parseTrace,
  TraceError,
  type Trace,
  type TraceForm,
} from "../../../core/trace/index.ts";
import { FileTooLarge, readBounded } from "../bounded.ts";
import { unpacked } from "./unpack.ts";

/** @throws TraceError; errors of reading a file */
export async function readTraceFile(path: string): Promise<Trace> {
  const bytes = await readBounded(path, MAX_TRACE_BYTES).catch((error: unknown) => {
    throw error instanceof FileTooLarge ? tooLong(MAX_TRACE_BYTES) : error;
  });
  return parseTrace(await traceText(bytes));
}

/** The text of a trace file. @throws TraceError if it can't be unpacked, or would be longer than `mostBytes` */
export async function traceText(bytes: Uint8Array, mostBytes = MAX_TRACE_BYTES): Promise<string> {
  if (formOfBytes(bytes) === "plain") {
    if (bytes.length > mostBytes) throw tooLong(mostBytes);
    return new TextDecoder().decode(bytes);
  }
  const parts: string[] = [];
  for await (const part of decoded(unpacked(Readable.from([bytes]), mostBytes))) parts.push(part);
  return parts.join("");
}

/** The text of a file in parts, cut anywhere. @throws TraceError; errors of reading a file */
export async function* traceTextParts(path: string, mostBytes = MAX_TRACE_BYTES): AsyncGenerator<string> {
  const form = await formOfFile(path);
  const bytes = createReadStream(path);
  yield* decoded(form === "compact" ? unpacked(bytes, mostBytes) : bytes);
}

/** The form of a file, whatever its name. @throws errors of reading a file */
export async function formOfFile(path: string): Promise<TraceForm> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return formOfBytes(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function tooLong(mostBytes: number): TraceError {
  return new TraceError({ tag: "traceTooLong", mostBytes });
}
