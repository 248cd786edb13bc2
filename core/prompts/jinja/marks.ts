// Distinguishes a user's characters from the template's own wherever a template carries them. Each character of a content that
// could be part of a control token is replaced by a mark, one unit long. Operations that only move text (joining,
// cutting, trimming) carry the marks along; those that look at it are given the plain text.
import { RenderError } from "./faults.ts";
import { isWide, LONE_SURROGATE, trim } from "./texts.ts";
import { isList, Sequence, Tuple, type Value } from "./values.ts";
import { reads } from "./walk.ts";

/** Low halves of surrogate pairs: on their own they don't occur in well-formed text. */
const FIRST_MARK = 0xdc00;
const MAX_MARKS = 0x400;
const MARK = /(?<![\ud800-\udbff])[\udc00-\udfff]/;
const MARKS = new RegExp(MARK, "g");
const FIRST_HIGH_HALF = 0xd800;
/** Units that are made a text at once: more would be too many arguments of a call. */
const BLOCK = 8192;

export class Marks {
  /** By UTF-16 unit, for characters that are one; 0 for those without a mark. */
  private readonly ofUnits = new Uint16Array(0x10000);
  /** Characters of two units, which hardly any spelling has. */
  private readonly ofPairs = new Map<string, string>();
  private readonly originals: string[] = [];

  /** @param spellings of control tokens; characters after the first 1,024 have no mark */
  constructor(spellings: Iterable<string>) {
    for (const spelling of spellings) {
      for (const character of spelling) {
        // White space has none, so that it can be trimmed.
        if (this.has(character) || this.originals.length >= MAX_MARKS || trim(character) === "") continue;
        const mark = FIRST_MARK + this.originals.length;
        this.originals.push(character);
        if (character.length === 1) this.ofUnits[character.charCodeAt(0)] = mark;
        else this.ofPairs.set(character, String.fromCharCode(mark));
      }
    }
  }

  private has(character: string): boolean {
    return character.length === 1 ? this.ofUnits[character.charCodeAt(0)] !== 0 : this.ofPairs.has(character);
  }

  /** Whether a marked text can't be mistaken for the spelling, nor for a part of it. */
  covers(spelling: string): boolean {
    const characters = Array.from(spelling).filter((character) => trim(character) !== "");
    return characters.length > 0 && characters.every((character) => this.has(character));
  }

  mark(text: string): string {
    const wellFormed = text.replace(LONE_SURROGATE, "\ufffd");
    return this.marked(wellFormed);
  }

  plain(text: string): string {
    reads(text.length);
    if (!MARK.test(text)) return text;
    const original = (unit: number): string | undefined =>
      unit < FIRST_MARK ? undefined : this.originals[unit - FIRST_MARK];
    if (this.ofPairs.size > 0) return text.replace(MARKS, (mark) => original(mark.charCodeAt(0)) ?? mark);
    return withUnits(text, (unit, before) =>
      before >= FIRST_HIGH_HALF && before < FIRST_MARK ? 0 : (original(unit)?.charCodeAt(0) ?? 0),
    );
  }

  /** A text, or the texts of a list, as `plain` gives them; other values as they are. */
  plainValue(value: Value): Value {
    return itemsIn(value).some(isMarked) ? overTexts(value, (text) => this.plain(text)) : value;
  }

  /**
   * What an operation makes of texts, of which some may be marked: what it makes of the plain ones, with the marks that it
   * carried along. Where it can't carry them, because it looks at the texts, all of the result counts as the user's.
   */
  carry(texts: readonly Value[], run: (given: (value: Value) => Value) => Value): Value {
    const asGiven = (value: Value): Value => value;
    if (!texts.some(isMarked)) return run(asGiven);
    const plain = run((value) => this.plainValue(value));
    const moved = attempt(() => run(asGiven));
    const known = moved === null ? [] : textsIn(this.plainValue(moved));
    const wanted = textsIn(plain);
    const isSame = known.length === wanted.length && wanted.every((text, at) => text === known[at]);
    if (moved !== null && isSame) return wanted.length === 0 ? plain : moved;
    return overTexts(plain, (text) => this.marked(text));
  }

  private marked(text: string): string {
    reads(text.length);
    if (this.ofPairs.size === 0 || !isWide(text)) return withUnits(text, (unit) => this.ofUnits[unit]!);
    return Array.from(text, (character) => {
      const unit = character.length === 1 ? this.ofUnits[character.charCodeAt(0)]! : 0;
      return unit === 0 ? (this.ofPairs.get(character) ?? character) : String.fromCharCode(unit);
    }).join("");
  }
}

/** The text with other units; 0 keeps a unit. Ten times as fast as a regular expression that calls a function. */
function withUnits(text: string, other: (unit: number, before: number) => number): string {
  const units = new Uint16Array(Math.min(text.length, BLOCK));
  let written = "";
  let before = 0;
  for (let start = 0; start < text.length; start += BLOCK) {
    const length = Math.min(BLOCK, text.length - start);
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(start + at);
      const found = other(unit, before);
      units[at] = found === 0 ? unit : found;
      before = unit;
    }
    written += String.fromCharCode(...units.subarray(0, length));
  }
  return written;
}

/** Null if the operation refuses the marked texts, such as `index()` of something that is not found in them. */
function attempt(action: () => Value): Value | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof RenderError) return null;
    throw error;
  }
}

function overTexts(value: Value, action: (text: string) => string): Value {
  const item = (one: Value): Value => (typeof one === "string" ? action(one) : one);
  if (isList(value)) return value.map(item);
  if (value instanceof Tuple) return new Tuple(value.items.map(item));
  return value instanceof Sequence ? new Sequence(value.items.map(item), value.type) : item(value);
}

function itemsIn(value: Value): readonly Value[] {
  if (value instanceof Tuple || value instanceof Sequence) return value.items;
  return isList(value) ? value : [value];
}

function textsIn(value: Value): string[] {
  return itemsIn(value).filter((item) => typeof item === "string");
}

function isMarked(value: Value): boolean {
  return typeof value === "string" && MARK.test(value);
}
