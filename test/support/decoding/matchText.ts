// Grammars tried on texts.
import type { Matcher } from "../../../core/grammar/index.ts";
import type { Random } from "../random.ts";

/** whole: complete · open: may continue to one that is · refused: no text begins so. */
export function readingOf(matcher: Matcher, text: string | Uint8Array): "whole" | "open" | "refused" {
  let state = matcher.start;
  for (const byte of typeof text === "string" ? new TextEncoder().encode(text) : text) {
    state = matcher.after(state, byte);
    if (state < 0) return "refused";
  }
  return matcher.mayEnd(state) ? "whole" : "open";
}

/** A text that the grammar allows, by a walk of random bytes that ends as soon as it may, once long enough. */
export function randomText(
  matcher: Matcher,
  random: Random,
  wantedBytes: number,
  mostBytes = 4000,
): string | null {
  const bytes: number[] = [];
  let state = matcher.start;
  while (!matcher.isComplete(state) && !(matcher.mayEnd(state) && bytes.length >= wantedBytes)) {
    if (bytes.length >= mostBytes) return null;
    const allowed = Array.from({ length: 256 }, (_, byte) => byte).filter(
      (byte) => matcher.after(state, byte) >= 0,
    );
    // Past the wanted length, what closes something is preferred.
    const closing =
      bytes.length < wantedBytes ? [] : allowed.filter((byte) => '"}]'.includes(String.fromCharCode(byte)));
    const from = closing.length > 0 ? closing : allowed;
    const byte = from[random.below(from.length)]!;
    bytes.push(byte);
    state = matcher.after(state, byte);
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
}
