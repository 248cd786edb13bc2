// Vectors from a NumPy file, whose rows are named beside it.
import { errorCode, FileTooLarge, readBounded, unreadableReason } from "../../files/index.ts";
import { PoolError } from "../errors.ts";
import type { Matrix } from "./matrix.ts";
import { isNpy, MAX_NUMBERS, parseNpy } from "./npy.ts";

/** A longer file can't be an array of at most the allowed size. */
const MAX_FILE_BYTES = 8 * MAX_NUMBERS + 2 ** 20;

/**
 * The vectors of an array of two dimensions, one per row; null for a file of another kind.
 * @param keys the subject of each row; null: rows are numbered from 0
 * @throws PoolError groupDataInvalid
 */
export async function readNpyVectors(
  path: string,
  keys: readonly string[] | null,
): Promise<{ readonly keys: readonly string[]; readonly vectors: Matrix } | null> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new PoolError({ tag: "groupDataInvalid", path, line: null, reason }, { cause });
  };
  if (!path.toLowerCase().endsWith(".npy")) return null;
  let bytes: Buffer;
  try {
    bytes = await readBounded(path, MAX_FILE_BYTES);
  } catch (error) {
    if (error instanceof FileTooLarge) return refuse(`it holds more than ${MAX_NUMBERS} numbers`, error);
    if (errorCode(error) === undefined) throw error;
    return refuse(unreadableReason(error), error);
  }
  if (!isNpy(bytes)) return refuse("it is not a NumPy file");
  const vectors = parseNpy(bytes, refuse);
  const named = keys ?? Array.from({ length: vectors.rows }, (_, row) => String(row));
  if (named.length !== vectors.rows) refuse(`it has ${vectors.rows} rows for ${named.length} keys`);
  return { keys: named, vectors };
}
