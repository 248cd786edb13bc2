// Amounts in words, as in every other part of the program, with thousands set apart: "14,657 tokens".
import { several as severalPlain } from "../../core/base/index.ts";

export function several(amount: number, ...names: [thing: string, things?: string]): string {
  return severalPlain(amount, ...names).replace(String(amount), grouped(amount));
}

/** E.g. "14,657". Numbers that are not whole stay as they are. */
export function grouped(amount: number): string {
  return Number.isInteger(amount) ? amount.toLocaleString("en") : String(amount);
}
