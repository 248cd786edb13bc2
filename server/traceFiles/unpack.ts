// Unpacks compact traces as a stream, within a bound: a few kilobytes may unpack to gigabytes.
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { TraceError } from "../trace/index.ts";

/** Length of what was packed, modulo 2³²: the end of a gzip member (RFC 1952). */
const LENGTH_BYTES = 4;

/**
 * The unpacked bytes, chunk by chunk.
 * @throws TraceError where the bytes are no sound gzip of one member, or unpack to more than `mostBytes` (< 2³²); what
 * reading them throws
 */
export async function* unpacked(packed: Readable, mostBytes: number): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  let tail = Buffer.alloc(0);
  packed.on("data", (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk.subarray(-LENGTH_BYTES)]).subarray(-LENGTH_BYTES);
  });
  // Ends the one when the other fails or nobody reads on; the failure itself comes out of reading below.
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
  // Node goes on into a second member and over zeros behind the last; browsers refuse both, and so do we everywhere.
  if (tail.readUInt32LE() !== bytes) throw new TraceError({ tag: "traceNotUnpacked", isCut: false });
}

function asTraceError(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!code.startsWith("Z_")) return error;
  return new TraceError({ tag: "traceNotUnpacked", isCut: code === "Z_BUF_ERROR" }, { cause: error });
}
