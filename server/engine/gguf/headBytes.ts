// Reads the head of a file from front to back through a small window, never more of it than needed. Each length is compared
// with what is left of the file before anything is allocated.
import type { FileHandle } from "node:fs/promises";
import { BOUNDS } from "./format.ts";

/** Bytes read at once. */
const WINDOW_BYTES = 1 << 20;

/** What is wrong with a head: cut: the file ends before `neededBytes` · damaged: it can't be as it is. */
export type HeadFault =
  | { readonly kind: "cut"; readonly neededBytes: number }
  | { readonly kind: "damaged"; readonly reason: string };

/** Thrown while a head is read; the caller that knows the path turns it into an EngineError. */
export class HeadError extends Error {
  constructor(readonly fault: HeadFault) {
    super(fault.kind === "cut" ? `the file needs ${fault.neededBytes} bytes` : fault.reason);
  }
}

/** Of a reason, which may quote a key of the file. */
const REASON_CHARACTERS = 300;

/**
 * The usual way to refuse a head. Text that the reason quotes from the file can't drive a terminal: controls are shown as
 * symbols.
 */
export function damaged(reason: string): never {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const shown = reason.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/g, "\ufffd");
  const cut = shown.length > REASON_CHARACTERS ? `${shown.slice(0, REASON_CHARACTERS)}…` : shown;
  throw new HeadError({ kind: "damaged", reason: cut });
}

/** Something to read from, such as a FileHandle. */
export type ByteFile = Pick<FileHandle, "read">;

/** A place in the head. Numbers are little-endian. `need` comes before each read, and is awaited only if it must be. */
export class HeadBytes {
  /** Bytes from the start of the file. */
  position = 0;
  private window = Buffer.alloc(0);
  /** Where the window begins in the file. */
  private windowStart = 0;

  constructor(
    private readonly file: ByteFile,
    /** Of the whole file. */
    readonly fileBytes: number,
    private readonly signal?: AbortSignal,
  ) {}

  /** Whether the next `bytes` bytes are in the window. */
  has(bytes: number): boolean {
    return this.position - this.windowStart + bytes <= this.window.length;
  }

  /** Makes the next bytes readable; at most 64 KiB. @throws HeadError; the signal's reason */
  async need(bytes: number): Promise<void> {
    this.require(bytes);
    if (this.has(bytes)) return;
    this.signal?.throwIfAborted();
    const length = Math.min(WINDOW_BYTES, this.fileBytes - this.position);
    const window = Buffer.alloc(length);
    let read = 0;
    while (read < length) {
      const { bytesRead } = await this.file.read(window, read, length - read, this.position + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    this.window = window.subarray(0, read);
    this.windowStart = this.position;
    if (read < bytes) throw new HeadError({ kind: "cut", neededBytes: this.position + bytes });
  }

  /** Checks that this many bytes follow. @throws HeadError */
  require(bytes: number): void {
    const end = this.position + bytes;
    if (end > this.fileBytes) throw new HeadError({ kind: "cut", neededBytes: end });
    if (end > BOUNDS.headBytes) damaged(`it is longer than ${BOUNDS.headBytes / 2 ** 20} MiB`);
  }

  skip(bytes: number): void {
    this.require(bytes);
    this.position += bytes;
  }

  uint8(): number {
    return this.window.readUInt8(this.take(1));
  }

  uint16(): number {
    return this.window.readUInt16LE(this.take(2));
  }

  uint32(): number {
    return this.window.readUInt32LE(this.take(4));
  }

  int32(): number {
    return this.window.readInt32LE(this.take(4));
  }

  float32(): number {
    return this.window.readFloatLE(this.take(4));
  }

  float64(): number {
    return this.window.readDoubleLE(this.take(8));
  }

  /** Exact up to 2⁵³; larger ones are rounded, and far above every bound. */
  uint64(): number {
    const at = this.take(8);
    return this.window.readUInt32LE(at + 4) * 2 ** 32 + this.window.readUInt32LE(at);
  }

  int64(): number {
    return Number(this.window.readBigInt64LE(this.take(8)));
  }

  /** Bytes as characters U+0000 to U+00FF, so that different bytes give different texts. */
  latin1(bytes: number): string {
    const at = this.take(bytes);
    return this.window.toString("latin1", at, at + bytes);
  }

  private take(bytes: number): number {
    const at = this.position - this.windowStart;
    this.position += bytes;
    return at;
  }
}
