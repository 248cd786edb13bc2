// Tokenizes text from outside so that none of its tokens is a control token. llama.cpp finds user-defined tokens in any text,
// and SentencePiece may join pieces to a control token. Such a spelling is cut in two and its parts are tokenized apart, so
// that it is read as the letters it is made of. Text without such a spelling is not touched.
import type { TokenId } from "../../../core/laser/index.ts";

/** What cutting needs of a vocabulary. */
export interface CutRules {
  /** Tokens of a text, control tokens not recognised, user-defined ones recognised. */
  tokenize(text: string): readonly TokenId[];
  /** The text that is read as the token; null if the token may occur in a text. */
  forbiddenSpelling(token: TokenId): string | null;
  bytesOf(token: TokenId): Uint8Array;
}

/** A character that no vocabulary joins with others: it is spelled as a byte. */
const APART = "\u0001";

/** Tokenizes texts by the rules. @throws RangeError as `bytesOf` does */
export function textTokenizer(rules: CutRules): (text: string) => TokenId[] {
  const addsSpace = rules.bytesOf(rules.tokenize("a")[0] ?? 0)[0] === 0x20;
  const apart = rules.tokenize(APART);
  /** A later part of a text, before which no space belongs. */
  const tokenizeLater = (text: string): readonly TokenId[] => {
    if (!addsSpace) return rules.tokenize(text);
    const tokens = rules.tokenize(APART + text);
    const isApart = apart.every((token, at) => tokens[at] === token);
    return isApart ? tokens.slice(apart.length) : rules.tokenize(text);
  };
  const read = (text: string, isFirst: boolean): readonly TokenId[] => {
    const tokens = isFirst ? rules.tokenize(text) : tokenizeLater(text);
    const spellings = new Set<string>();
    for (const token of tokens) {
      const spelling = rules.forbiddenSpelling(token);
      if (spelling !== null) spellings.add(spelling);
    }
    if (spellings.size === 0) return tokens;
    const parts = cutText(text, [...spellings]);
    if (parts.length === 1) return tokens; // A single character, which nothing else spells.
    return parts.flatMap((part, index) => read(part, isFirst && index === 0));
  };
  return (text) => (text === "" ? [] : [...read(text, true)]);
}

/** Parts of a text that hold none of the spellings whole. The text in halves if it holds none but was read as one. */
function cutText(text: string, spellings: readonly string[]): string[] {
  const cuts = new Set<number>();
  for (const spelling of spellings) {
    const inside = cutInside(spelling);
    if (inside === null) continue;
    for (let at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + 1)) cuts.add(at + inside);
  }
  if (cuts.size === 0) {
    const characters = Array.from(text);
    if (characters.length < 2) return [text];
    cuts.add(characters.slice(0, characters.length >> 1).join("").length);
  }
  const places = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  return places.slice(1).map((end, index) => text.slice(places[index], end));
}

/**
 * Where a spelling is cut: before its first letter or digit, where tokenizers separate words anyway (`<|` and `im_end|>`),
 * else after its first character. Null for a single character.
 */
function cutInside(spelling: string): number | null {
  const first = (Array.from(spelling)[0] ?? "").length;
  if (first === spelling.length) return null;
  const word = spelling.search(/[\p{L}\p{N}]/u);
  return word > 0 ? word : first;
}
