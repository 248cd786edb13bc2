// Reads a file whole, but no further than a bound. The reported file size is not trusted: a device reports none, and a file
// may grow while it is read.
import { open } from "node:fs/promises";

/** Other errors of files have a code as well, by which `unreadableReason` finds the words. */
export class FileTooLarge extends Error {
  readonly code = "ERR_FS_FILE_TOO_LARGE";

  constructor(readonly mostBytes: number) {
    super(`it has more than ${Math.floor(mostBytes / 1e6)} MB`);
  }
}

const FIRST_READ_BYTES = 2 ** 16;
const LARGEST_READ_BYTES = 2 ** 24;

/** @throws FileTooLarge; errors of reading a file */
export async function readBounded(path: string, mostBytes: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > mostBytes) throw new FileTooLarge(mostBytes);
    const parts: Buffer[] = [];
    let length = 0;
    for (let wanted = FIRST_READ_BYTES; ; wanted = Math.min(2 * wanted, LARGEST_READ_BYTES)) {
      // Without a position, so that pipes can be read.
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, null);
      if (bytesRead === 0) return Buffer.concat(parts, length);
      parts.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
      if (length > mostBytes) throw new FileTooLarge(mostBytes);
    }
  } finally {
    await file.close();
  }
}

/** The same for a stream, such as standard input. @throws FileTooLarge; errors of the stream */
export async function readStreamBounded(
  stream: AsyncIterable<Buffer | string>,
  mostBytes: number,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    length += bytes.length;
    if (length > mostBytes) throw new FileTooLarge(mostBytes);
    parts.push(bytes);
  }
  return Buffer.concat(parts, length);
}
