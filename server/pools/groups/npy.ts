// NumPy's file format (NEP 1): arrays of two dimensions of float32 or float64, rows first.
import type { Matrix } from "./matrix.ts";

const MAGIC = "\u0093NUMPY";
/** 2^27 numbers take 1 GiB. */
export const MAX_NUMBERS = 2 ** 27;

/** Whether a file begins like a NumPy array. */
export function isNpy(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).toString("latin1") === MAGIC;
}

/** @param refuse throws, naming the file and what is wrong with it */
export function parseNpy(bytes: Buffer, refuse: (reason: string) => never): Matrix {
  const major = bytes[6];
  if (major !== 1 && major !== 2 && major !== 3) refuse("it is of an unknown version of NumPy's format");
  const lengthBytes = major === 1 ? 2 : 4;
  const from = 8 + lengthBytes;
  if (bytes.length < from) refuse("it ends in its header");
  const headerBytes = lengthBytes === 2 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const start = from + headerBytes;
  if (bytes.length < start) refuse("it ends in its header");
  const header = bytes.subarray(from, start).toString("latin1");
  const type = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(\s*(\d{1,12})\s*,\s*(\d{1,12})\s*,?\s*\)/.exec(header);
  if (type !== "<f4" && type !== "<f8")
    return refuse(`it holds ${type ?? "an unknown type"}, not float32 or float64`);
  if (shape === null) return refuse("it is not an array of two dimensions");
  if (/'fortran_order'\s*:\s*True/.test(header)) refuse("its columns come first; save it with order C");
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  const size = type === "<f4" ? 4 : 8;
  if (rows * columns > MAX_NUMBERS) refuse(`it holds more than ${MAX_NUMBERS} numbers`);
  if (bytes.length < start + rows * columns * size) refuse("it ends before its last row");
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < values.length; i++) {
    const at = start + i * size;
    values[i] = size === 4 ? bytes.readFloatLE(at) : bytes.readDoubleLE(at);
    if (!Number.isFinite(values[i])) refuse(`number ${i} is not finite`);
  }
  return { rows, columns, values };
}
