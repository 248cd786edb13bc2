// Decodes a prompt file: UTF-8, or UTF-16 that says so by its byte order mark. Anything else is refused with its place,
// since a wrong guess would send different text to the model than the author wrote.
import { t } from "../../../core/base/index.ts";

/** The text without its byte order mark, or why it can't be read: a phrase without a capital and a full stop. */
export type DecodedPrompt =
  | { readonly text: string }
  | {
      readonly text: null;
      readonly reason: string;
      /** Whether another encoding would help; another kind of file has none. */
      readonly isText: boolean;
    };

/** "GGUF", which a model's file begins with. */
const GGUF = [0x47, 0x47, 0x55, 0x46] as const;

export function decodePrompt(bytes: Uint8Array): DecodedPrompt {
  if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff))
    return refused(t("it is UTF-32, not UTF-8"));
  if (startsWith(bytes, 0xff, 0xfe)) return utf16(bytes.subarray(2), "utf-16le");
  if (startsWith(bytes, 0xfe, 0xff)) return utf16(swapped(bytes.subarray(2)), "utf-16le");
  if (startsWith(bytes, ...GGUF)) return refused(t("it is a model (GGUF), not a prompt"), false);
  const zero = bytes.indexOf(0);
  if (zero >= 0)
    return looksWide(bytes)
      ? refused(t("it looks like UTF-16 without a byte order mark, not UTF-8"))
      : refused(t("it is not text: there is a zero byte at {0}", placeOf(bytes, zero)), false);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    const at = firstInvalid(bytes);
    const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, "0");
    return refused(t("it is not UTF-8: the byte {0} at {1} begins no character", byte, placeOf(bytes, at)));
  }
}

/** Whether every other byte of the beginning is mostly zero, as in UTF-16 of Western text. */
function looksWide(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 200);
  return [0, 1].some((parity) => {
    const half = start.filter((_, at) => at % 2 === parity);
    return half.filter((byte) => byte === 0).length > 0.7 * half.length;
  });
}

function utf16(bytes: Uint8Array, encoding: "utf-16le"): DecodedPrompt {
  if (bytes.length % 2 !== 0) return refused(t("it is UTF-16 and ends in the middle of a character"));
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return refused(t("it begins like UTF-16, but isn't"));
  }
}

function swapped(bytes: Uint8Array): Uint8Array {
  const pairs = bytes.slice();
  for (let at = 0; at + 1 < pairs.length; at += 2) [pairs[at], pairs[at + 1]] = [pairs[at + 1]!, pairs[at]!];
  return pairs;
}

function startsWith(bytes: Uint8Array, ...start: number[]): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}

function refused(reason: string, isText = true): DecodedPrompt {
  return { text: null, reason, isText };
}

/** E.g. "line 5, column 4", counted in characters up to there. */
function placeOf(bytes: Uint8Array, at: number): string {
  const before = new TextDecoder().decode(bytes.subarray(0, at));
  const lines = before.split(/\r\n|\n|\r/);
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

/** The first byte of what can't be decoded: the longest decodable beginning, found by halving. */
function firstInvalid(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isDecodable(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  // That beginning may end in the first bytes of a character that never comes; they belong to what can't be decoded.
  const decoded = new TextDecoder().decode(bytes.subarray(0, low), { stream: true });
  return new TextEncoder().encode(decoded).length;
}

function isDecodable(bytes: Uint8Array): boolean {
  try {
    // With `stream`, an unfinished character at the end is not an error.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
