// What is drawn for a row: always the same for its id, in whatever order rows are written.
import { createHash } from "node:crypto";
import { hash3 } from "../../core/laser/index.ts";
import { SETTINGS } from "../../core/settings/index.ts";

/** 32 bits that belong to the id; `use` keeps several uses apart. */
function bitsOf(id: string, use: number): number {
  return hash3(createHash("sha256").update(id).digest().readUInt32LE(0), use, 0);
}

/** Whether the row is also written plainly: about one in `every`; none for 0. */
export function isPlainSample(id: string, every: number): boolean {
  return every > 0 && bitsOf(id, 1) % every === 0;
}

/** Whether its plain answer is written first, as half of them are: the machine may be warmer for the second. */
export function isPlainFirst(id: string): boolean {
  return bitsOf(id, 2) % 2 === 0;
}

/** A seed for the row, so that rows draw differently. @param attempt from 1 */
export function seedOf(id: string, seed: number, attempt: number): number {
  return hash3(seed, bitsOf(id, 3), attempt) % (SETTINGS["sampling.seed"].maximum + 1);
}
