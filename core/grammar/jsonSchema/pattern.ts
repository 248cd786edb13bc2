// Regular expressions of JSON schemas (`pattern`), as what they match inside a JSON string.
import {
  ANY_CHARACTER,
  charactersOf,
  codePoints,
  complement,
  union,
  type CodePoints,
} from "../codePoints.ts";
import { choice, repeat, sequence, type Expression } from "../expression.ts";
import { inString } from "./jsonText.ts";

const MAX_DEPTH = 32;
const MAX_COUNT = 2000;
const LINE_ENDS = charactersOf("\n\r\u2028\u2029");
const DIGITS: CodePoints = [[0x30, 0x39]];
const WORD = union(
  DIGITS,
  codePoints([
    [0x41, 0x5a],
    [0x61, 0x7a],
    [0x5f, 0x5f],
  ]),
);
const SPACE = union(charactersOf(" \t\n\r\v\f\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"), [
  [0x2000, 0x200a],
]);
const CLASSES: Readonly<Record<string, CodePoints>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};
const CONTROLS: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", v: "\v", f: "\f", "0": "\0" };

/** What can't be followed, and where; `offset` from 0. */
export class PatternProblem extends Error {
  constructor(
    readonly reason: string,
    readonly offset: number,
  ) {
    super(reason);
  }
}

/** The strings in which the pattern is found, without their quotes. @throws PatternProblem */
export function patternText(pattern: string): Expression {
  return new PatternReader(pattern).read();
}

class PatternReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly source: string) {}

  read(): Expression {
    const result = this.alternatives();
    if (this.at < this.source.length) this.fail('a ")" that closes nothing');
    return result;
  }

  private alternatives(): Expression {
    if (++this.depth > MAX_DEPTH) this.fail("groups that are nested so deeply");
    const items = [this.items()];
    while (this.take("|")) items.push(this.items());
    this.depth--;
    return choice(...items);
  }

  private items(): Expression {
    const isWhole = this.depth === 1;
    const isAnchored = isWhole && this.take("^");
    const items: Expression[] = [];
    let isEnded = false;
    for (; this.at < this.source.length && !"|)".includes(this.source[this.at]!);) {
      if (isWhole && this.source[this.at] === "$" && "|".includes(this.source[this.at + 1] ?? "|")) {
        this.at++;
        isEnded = true;
        break;
      }
      items.push(this.repeated(this.atom()));
    }
    const anything = repeat(inString(ANY_CHARACTER), 0, null);
    const before = isWhole && !isAnchored ? [anything] : [];
    const after = isWhole && !isEnded ? [anything] : [];
    return sequence(...before, ...items, ...after);
  }

  private atom(): Expression {
    const from = this.at;
    const next = this.source.codePointAt(this.at++)!;
    const sign = String.fromCodePoint(next);
    this.at += sign.length - 1;
    switch (sign) {
      case "(": {
        if (this.take("?") && !this.take(":")) {
          const isNamed = /^<[A-Za-z_$][\w$]*>/.exec(this.source.slice(this.at));
          if (isNamed === null) this.fail("lookaround, or flags", from);
          this.at += isNamed[0].length;
        }
        const inner = this.alternatives();
        if (!this.take(")")) this.fail("a group that is not closed", from);
        return inner;
      }
      case "[":
        return inString(this.characterClass(from));
      case ".":
        return inString(complement(LINE_ENDS));
      case "\\":
        return inString(this.escape(from));
      case "^":
      case "$":
        return this.fail(`"${sign}" anywhere but at the beginning or end`, from);
      case "*":
      case "+":
      case "?":
        return this.fail(`"${sign}" with nothing to repeat`, from);
      default:
        return inString(charactersOf(sign));
    }
  }

  private repeated(item: Expression): Expression {
    const from = this.at;
    const [, min, comma, max] = /^\{(\d+)(,?)(\d*)\}/.exec(this.source.slice(this.at, this.at + 24)) ?? [];
    let counts: readonly [number, number | null];
    if (min !== undefined) {
      counts = [Number(min), max !== "" ? Number(max) : comma === "" ? Number(min) : null];
      this.at = this.source.indexOf("}", from) + 1;
    } else if (this.take("*")) counts = [0, null];
    else if (this.take("+")) counts = [1, null];
    else if (this.take("?")) counts = [0, 1];
    else return item;
    this.take("?"); // Lazy or not, the same texts match.
    const [least, most] = counts;
    if (most !== null && most < least) this.fail("counts in the wrong order", from);
    if (Math.max(least, most ?? 0) > MAX_COUNT) this.fail(`a count above ${MAX_COUNT}`, from);
    if ("*+?{".includes(this.source[this.at] ?? " ")) this.fail("a repetition of a repetition", this.at);
    return repeat(item, least, most);
  }

  private characterClass(from: number): CodePoints {
    const isNegated = this.take("^");
    let set: CodePoints = [];
    while (!this.take("]")) {
      if (this.at >= this.source.length) this.fail("a class that is not closed", from);
      const first = this.member();
      if (this.source[this.at] !== "-" || this.source[this.at + 1] === "]") {
        set = union(set, first);
        continue;
      }
      const at = this.at++;
      const last = this.member();
      const [low, high] = [single(first), single(last)];
      if (low === null || high === null || low > high) return this.fail("an invalid range", at);
      set = union(set, codePoints([[low, high]]));
    }
    return isNegated ? complement(set) : set;
  }

  private member(): CodePoints {
    const from = this.at;
    const sign = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0);
    this.at += sign.length;
    if (sign !== "\\") return charactersOf(sign);
    if (this.take("b")) return charactersOf("\b");
    if (this.take("-")) return charactersOf("-");
    return this.escape(from);
  }

  private escape(from: number): CodePoints {
    const sign = this.source[this.at++] ?? this.fail("a backslash at the end", from);
    const set = CLASSES[sign];
    if (set !== undefined) return set;
    const control = CONTROLS[sign];
    if (control !== undefined && !(sign === "0" && /\d/.test(this.source[this.at] ?? "")))
      return charactersOf(control);
    const [hex, braced, wide, narrow] =
      /^(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(
        this.source.slice(this.at - 1),
      ) ?? [];
    if (hex !== undefined) {
      this.at += hex.length - 1;
      const value = Number.parseInt(braced ?? wide ?? narrow ?? "", 16);
      if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) this.fail("half a surrogate pair", from);
      return codePoints([[value, value]]);
    }
    if (/[\p{L}\p{N}]/u.test(sign)) return this.fail(`"\\${sign}"`, from);
    return charactersOf(sign);
  }

  private take(word: string): boolean {
    if (!this.source.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private fail(reason: string, at = this.at): never {
    throw new PatternProblem(reason, at);
  }
}

function single(set: CodePoints): number | null {
  const [range, ...others] = set;
  return range !== undefined && others.length === 0 && range[0] === range[1] ? range[0] : null;
}
