// Unpacks compact traces as a stream, up to a limit: a few kilobytes may unpack to gigabytes.
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { errorCode } from "../index.ts";
import { TraceError } from "../../../core/trace/index.ts";

/** The last field of a gzip member, ISIZE: the unpacked length modulo 2³² (RFC 1952). */
const LENGTH_BYTES = 4;

/**
 * The unpacked bytes, chunk by chunk.
 * @throws TraceError if the bytes are not valid gzip with one member, or unpack to more than `mostBytes` (< 2³²);
 * errors of reading them
 */
export async function* unpacked(packed: Readable, mostBytes: number): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  let tail = Buffer.alloc(0);
  packed.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk.subarray(-LENGTH_BYTES)]).subarray(-LENGTH_BYTES);
  });
  // Ends one stream when the other fails or reading stops; the error itself surfaces in the loop below.
  pipeline(packed, gunzip, () => undefined);
  let bytes = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw new TraceError({ tag: "traceTooLong", mostBytes });
      yield chunk;
    }
  } catch (error) {
    throw asTraceError(error);
  }
  // Node also reads a second member and skips zeros after the last; browsers refuse both, so this refuses
  // them everywhere.
  if (tail.readUInt32LE() !== bytes) throw new TraceError({ tag: "traceNotUnpacked", isCut: false });
}

function asTraceError(error: unknown): unknown {
  const code = errorCode(error) ?? "";
  if (!code.startsWith("Z_")) return error;
  return new TraceError({ tag: "traceNotUnpacked", isCut: code === "Z_BUF_ERROR" }, { cause: error });
}
