// Grammars in llama.cpp's GBNF, as its grammars/README.md describes them; without tokens written as <[1]> or <think>.
import { ANY_CHARACTER, codePoints, complement } from "./codePoints.ts";
import { checkBound, GrammarError } from "./errors.ts";
import {
  characters,
  choice,
  repeat,
  rule,
  sequence,
  text,
  type Expression,
  type Grammar,
} from "./expression.ts";

const MAX_GRAMMAR_CHARACTERS = 262_144;
const MAX_DEPTH = 64;
/** The most that one count may be; their products are bounded by the size of the network. */
const MAX_COUNT = 20_000;
const ROOT = "root";
const NAME = /[A-Za-z0-9_-]+/y;
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "\\": "\\",
  '"': '"',
  "[": "[",
  "]": "]",
  "-": "-",
  "^": "^",
};
/** How many hexadecimal digits follow. */
const HEX_ESCAPES: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** @throws GrammarError grammarInvalid with the place, grammarTooLarge */
export function parseGbnf(source: string): Grammar {
  checkBound(source.length, "characters", MAX_GRAMMAR_CHARACTERS);
  return new GbnfReader(source).read();
}

class GbnfReader {
  private at = 0;
  private depth = 0;
  private readonly rules = new Map<string, Expression>();
  /** Rules that are referred to, each with the place of its first reference. */
  private readonly used = new Map<string, number>();

  constructor(private readonly source: string) {}

  read(): Grammar {
    this.skip(true);
    while (this.at < this.source.length) this.rule();
    for (const [name, at] of this.used)
      if (!this.rules.has(name)) this.fail(`the rule "${name}" is not defined`, at);
    if (!this.rules.has(ROOT)) this.fail(`there is no rule named "${ROOT}", where an answer begins`);
    return { root: ROOT, rules: this.rules };
  }

  private rule(): void {
    const from = this.at;
    const name = this.name() ?? this.fail("the name of a rule was expected");
    this.skip(false);
    if (!this.take("::=")) this.fail('"::=" was expected');
    this.skip(true);
    if (this.rules.has(name)) this.fail(`the rule "${name}" is defined twice`, from);
    this.rules.set(name, this.alternatives(false));
    if (this.at < this.source.length && !/[\r\n]/.test(this.source[this.at]!))
      this.fail(`${this.shown} was not expected`);
    this.skip(true);
  }

  private alternatives(isNested: boolean): Expression {
    checkBound(++this.depth, "depth", MAX_DEPTH);
    const items = [this.items(isNested)];
    while (this.take("|")) {
      this.skip(true);
      items.push(this.items(isNested));
    }
    this.depth--;
    return choice(...items);
  }

  private items(isNested: boolean): Expression {
    const items: Expression[] = [];
    for (let item = this.item(isNested); item !== null; item = this.item(isNested)) {
      for (let times = 0, next = this.repeated(item, isNested); next !== null; times++) {
        checkBound(times, "depth", MAX_DEPTH);
        item = next;
        next = this.repeated(item, isNested);
      }
      items.push(item);
    }
    return sequence(...items);
  }

  private item(isNested: boolean): Expression | null {
    const next = this.source[this.at];
    if (next === '"') return this.literal(isNested);
    if (next === "[") return this.characterClass(isNested);
    if (next === "(") {
      this.at++;
      this.skip(true);
      const inner = this.alternatives(true);
      if (!this.take(")")) this.fail('")" was expected');
      this.skip(isNested);
      return inner;
    }
    if (next === ".") {
      this.at++;
      this.skip(isNested);
      return characters(ANY_CHARACTER);
    }
    if (next === "<" || next === "!") this.fail("tokens can't be named in a grammar here, only text");
    const from = this.at;
    const name = this.name();
    if (name === null) return null;
    if (!this.used.has(name)) this.used.set(name, from);
    this.skip(isNested);
    return rule(name);
  }

  /** The item repeated as the next counts say; null if none follow. */
  private repeated(item: Expression, isNested: boolean): Expression | null {
    const from = this.at;
    const [min, max] = this.take("*")
      ? [0, null]
      : this.take("+")
        ? [1, null]
        : this.take("?")
          ? [0, 1]
          : this.take("{")
            ? this.counts()
            : [1, 1];
    if (this.at === from) return null;
    this.skip(isNested);
    return repeat(item, min, max);
  }

  private counts(): [number, number | null] {
    const from = this.at;
    const [, minimum, comma, maximum] =
      /^\s*(\d+)\s*(,?)\s*(\d*)\s*\}/.exec(this.source.slice(from, from + 40)) ?? [];
    if (minimum === undefined) this.fail("counts such as {2}, {2,} or {2,5} were expected");
    this.at = this.source.indexOf("}", from) + 1;
    const min = Number(minimum);
    const max = maximum !== "" ? Number(maximum) : comma === "" ? min : null;
    if (max !== null && max < min) this.fail(`the counts {${min},${max}} are in the wrong order`, from);
    if (Math.max(min, max ?? 0) > MAX_COUNT) this.fail(`a count is above ${MAX_COUNT}`, from);
    return [min, max];
  }

  private literal(isNested: boolean): Expression {
    const from = this.at++;
    let value = "";
    while (this.source[this.at] !== '"') {
      if (this.at >= this.source.length || this.source[this.at] === "\n")
        this.fail("the text that begins here has no closing quote", from);
      value += String.fromCodePoint(this.character());
    }
    this.at++;
    this.skip(isNested);
    return text(value);
  }

  private characterClass(isNested: boolean): Expression {
    const from = this.at++;
    const isNegated = this.take("^");
    const ranges: [number, number][] = [];
    while (this.source[this.at] !== "]") {
      if (this.at >= this.source.length) this.fail('the class that begins here has no closing "]"', from);
      const first = this.character();
      let last = first;
      if (this.source[this.at] === "-" && this.source[this.at + 1] !== "]") {
        this.at++;
        last = this.character();
      }
      if (last < first) this.fail("a range of characters is in the wrong order");
      ranges.push([first, last]);
    }
    this.at++;
    this.skip(isNested);
    const set = codePoints(ranges);
    return characters(isNegated ? complement(set) : set);
  }

  /** One character of a literal or a class, perhaps escaped. */
  private character(): number {
    const from = this.at;
    const codePoint = this.source.codePointAt(from)!;
    this.at += codePoint > 0xffff ? 2 : 1;
    if (codePoint !== 0x5c) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff)
        this.fail("half a surrogate pair is not a character", from);
      return codePoint;
    }
    const escaped = this.source[this.at++] ?? "";
    const plain = ESCAPES[escaped];
    if (plain !== undefined) return plain.codePointAt(0)!;
    const digits = this.source.slice(this.at, this.at + (HEX_ESCAPES[escaped] ?? 0));
    const value = /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    const isWhole = digits.length === HEX_ESCAPES[escaped];
    if (!isWhole || !(value <= 0x10ffff) || (value >= 0xd800 && value <= 0xdfff))
      this.fail(`"\\${escaped}${digits}" is not an escape of a character`, from);
    this.at += digits.length;
    return value;
  }

  private name(): string | null {
    NAME.lastIndex = this.at;
    const found = NAME.exec(this.source)?.[0] ?? null;
    this.at += found?.length ?? 0;
    return found;
  }

  private take(word: string): boolean {
    if (!this.source.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  /** Skips blanks and comments, and line breaks where a rule may continue on the next line. */
  private skip(withLines: boolean): void {
    for (;;) {
      const next = this.source[this.at];
      if (next === "#") while (this.at < this.source.length && this.source[this.at] !== "\n") this.at++;
      else if (next === " " || next === "\t" || (withLines && (next === "\n" || next === "\r"))) this.at++;
      else return;
    }
  }

  private get shown(): string {
    const next = this.source.codePointAt(this.at);
    return next === undefined ? "the end" : JSON.stringify(String.fromCodePoint(next));
  }

  private fail(reason: string, at = this.at): never {
    const before = this.source.slice(0, at).split("\n");
    throw new GrammarError({
      tag: "grammarInvalid",
      line: before.length,
      column: before.at(-1)!.length + 1,
      reason,
    });
  }
}
