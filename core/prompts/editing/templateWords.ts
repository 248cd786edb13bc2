// The words of a template with what each of them is, for colours and hovers: variables, filters, tests, statements.
import { SyntaxMistake } from "../jinja/faults.ts";
import type { Template } from "../jinja/index.ts";
import { insideOf } from "../jinja/pieces.ts";
import { tokenize, type Token } from "../jinja/tokens.ts";
import type { Span } from "../positions.ts";

export type WordKind =
  | "keyword"
  | "variable"
  | "property"
  | "filter"
  | "test"
  | "function"
  | "parameter"
  | "text"
  | "number"
  | "operator"
  | "comment";

export interface TemplateWord extends Span {
  readonly kind: WordKind;
  /** As written. */
  readonly word: string;
}

const KEYWORDS: ReadonlySet<string> = new Set(
  ["and", "or", "not", "in", "is", "if", "else", "recursive", "true", "True", "false", "False"].concat([
    "none",
    "None",
  ]),
);

/** Offsets are those of the template. Pieces that can't be read are left out. */
export function* templateWords({
  source,
  pieces,
}: Pick<Template, "source" | "pieces">): Generator<TemplateWord> {
  for (const piece of pieces) {
    const { kind, start, end } = piece;
    if (kind === "comment") yield { kind: "comment", start, end, word: source.slice(start, end) };
    else if (kind === "raw")
      for (const { index, 0: word } of source.slice(start, end).matchAll(/endraw|raw/g))
        yield { kind: "keyword", start: start + index, end: start + index + word.length, word };
    else if (kind !== "text") {
      const inside = insideOf(piece);
      const tokens = tokensOf(source, inside);
      for (const [index, token] of tokens.entries()) {
        const word = kindOf(tokens, index, kind === "statement");
        if (word === null) continue;
        yield { kind: word, start: token.start, end: token.end, word: source.slice(token.start, token.end) };
      }
    }
  }
}

function tokensOf(source: string, { start, end }: Span): readonly Token[] {
  try {
    return tokenize(source, start, end);
  } catch (error) {
    if (error instanceof SyntaxMistake) return [];
    throw error;
  }
}

function kindOf(tokens: readonly Token[], index: number, isStatement: boolean): WordKind | null {
  const { kind, value } = tokens[index]!;
  if (kind === "text") return "text";
  if (kind === "integer" || kind === "float") return "number";
  if (kind === "sign") return /^[(){}[\],.:;]$/.test(value) ? null : "operator";
  if (kind === "end") return null;
  const before = tokens[index - 1];
  const after = tokens[index + 1];
  const isAfter = (sign: string): boolean => before?.kind === "sign" && before.value === sign;
  const isAfterName = (name: string): boolean => before?.kind === "name" && before.value === name;
  if (isStatement && index === 0) return "keyword";
  if (isAfter("|") || (isStatement && index === 1 && tokens[0]!.value === "filter")) return "filter";
  if (isAfter(".")) return "property";
  const isNegatedTest =
    isAfterName("not") && tokens[index - 2]?.kind === "name" && tokens[index - 2]?.value === "is";
  if ((isAfterName("is") && value !== "not") || isNegatedTest) return "test";
  if (KEYWORDS.has(value)) return "keyword";
  const isBefore = (sign: string): boolean => after?.kind === "sign" && after.value === sign;
  if (isBefore("(")) return "function";
  if (isBefore("=") && (isAfter("(") || isAfter(","))) return "parameter";
  return "variable";
}
