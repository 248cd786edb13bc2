// Unpacks compact traces on their way into the page, within a size limit, so that message handlers only see
// plain ones.
import type { ToTraceEditor } from "../../extension/shared/traceEditor.ts";
import { describeError } from "../../core/base/index.ts";
import { formOfBytes, MAX_TRACE_BYTES, TraceError } from "../../core/trace/index.ts";

/** Input is passed in slices, because a browser unpacks a whole chunk at once, to up to a thousand times its size. */
const SLICE_BYTES = 16_384;

type Take = (message: ToTraceEditor) => void;

/** Forwards messages in order, compact traces unpacked; synchronously if there is nothing to wait for. */
export function unpacking(take: Take): Take {
  let waiting = 0;
  let last = Promise.resolve();
  return (message) => {
    if (waiting === 0 && !isCompact(message)) {
      take(message);
      return;
    }
    waiting += 1;
    last = last
      .then(async () => {
        take(await withPlainBytes(message));
      })
      .catch(reportError)
      .finally(() => {
        waiting -= 1;
      });
  };
}

function isCompact(message: ToTraceEditor): boolean {
  return "file" in message && message.file !== null && formOfBytes(message.file.bytes) === "compact";
}

async function withPlainBytes(message: ToTraceEditor): Promise<ToTraceEditor> {
  if (!("file" in message) || message.file === null || !isCompact(message)) return message;
  const { name, bytes } = message.file;
  try {
    return { ...message, file: { name, bytes: await unpacked(bytes) } };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    // An unreadable plain run counts as none.
    if (message.kind === "plain") return { kind: "plain", file: null };
    return { kind: "unreadable", name, error: describeError(error) };
  }
}

/** Unpacks `bytes`. @throws TraceError if they are invalid, or the result would be longer than `mostBytes` */
export async function unpacked(bytes: Uint8Array, mostBytes = MAX_TRACE_BYTES): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream("gzip");
  const fed = feed(writable.getWriter(), bytes);
  const reader = readable.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      length += read.value.length;
      if (length > mostBytes) throw new TraceError({ tag: "traceTooLong", mostBytes });
      chunks.push(read.value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    if (error instanceof TraceError) throw error;
    // Valid up to the last byte but incomplete: the file was cut.
    throw new TraceError({ tag: "traceNotUnpacked", isCut: await fed }, { cause: error });
  }
  return joined(chunks, length);
}

/** Writes all bytes in slices, with back pressure. Resolves to whether all were written; never rejects. */
async function feed(writer: WritableStreamDefaultWriter<BufferSource>, bytes: Uint8Array): Promise<boolean> {
  let isTaken = false;
  try {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      await writer.ready;
      await writer.write(bytes.slice(at, at + SLICE_BYTES));
    }
    isTaken = true;
    await writer.close();
  } catch {
    // The reading side reports what is wrong.
  }
  return isTaken;
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
