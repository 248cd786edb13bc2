// The tokens inside the brackets of an expression or a statement, with their offsets.
import { t } from "../../base/index.ts";
import { foreignSign } from "./dialects.ts";
import { SyntaxMistake } from "./faults.ts";
import { unescaped } from "./texts.ts";

export interface Token {
  readonly kind: "name" | "text" | "integer" | "float" | "sign" | "end";
  /** The name, the operator, the text without its quotes, or the digits. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const LONGEST_PIECE = 20_000;
const SPACE = /\s+/y;
const LEXEMES: readonly [kind: Token["kind"], pattern: RegExp][] = [
  ["float", /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy],
  ["integer", /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy],
  ["name", /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy],
  ["text", /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y],
  ["sign", /\*\*|\/\/|[=!<>]=|[-+*/%~[\](){}<>=.:|,;]/y],
];

/**
 * The tokens of `template` from `start` to `end`; the last is of kind "end".
 * @throws SyntaxMistake for a character that begins no token
 */
export function tokenize(template: string, start: number, end: number): readonly Token[] {
  if (end - start > LONGEST_PIECE)
    throw new SyntaxMistake(t("it is longer than {0} characters", LONGEST_PIECE));
  const source = template.slice(0, end);
  const tokens: Token[] = [];
  let at = start;
  for (;;) {
    SPACE.lastIndex = at;
    if (SPACE.test(source)) at = SPACE.lastIndex;
    if (at >= end) break;
    const foreign = foreignSign(source, at);
    if (foreign !== null)
      throw new SyntaxMistake(t('"{0}" is not expected here', foreign.sign), foreign.instead);
    const found = lexemeAt(source, at);
    if (found === null)
      throw new SyntaxMistake(
        t('"{0}" is not expected here', String.fromCodePoint(source.codePointAt(at) ?? 0)),
      );
    tokens.push(found);
    at = found.end;
  }
  tokens.push({ kind: "end", value: "", start: end, end });
  return tokens;
}

function lexemeAt(source: string, start: number): Token | null {
  for (const [kind, pattern] of LEXEMES) {
    if (kind === "float" && source[start - 1] === ".") continue; // `a.1.2` reads items.
    pattern.lastIndex = start;
    const value = pattern.exec(source)?.[0];
    if (value === undefined) continue;
    const end = start + value.length;
    return { kind, value: kind === "text" ? unescaped(value.slice(1, -1)) : value, start, end };
  }
  return null;
}
