// What is being written at a place in the front matter. It reads lines, not YAML: half a key is not YAML yet.
import { lineStartBefore, type Span } from "../positions.ts";

export interface KeyCursor {
  /** The keys above the place, from the outermost. */
  readonly above: readonly string[];
  /** The key whose value is being written; null if a key is. */
  readonly valueOf: string | null;
  /** The word around the place that a completion replaces. */
  readonly word: Span;
  /** Keys that are already at the same level. */
  readonly siblings: readonly string[];
  /** Whether it is inside `{…}` or `[…]`. */
  readonly isFlow: boolean;
}

const KEY = /^(\s*)((?:-\s+)*)(?:"([^"]*)"|'([^']*)'|([^\s#:'"{}[\],&*!|>%@`][^:#]*?))\s*:(?=\s|$)/;
const MAX_LINES = 5_000;

/** @param offset into the source, within `yaml` or at its end */
export function keyCursor(source: string, yaml: Span, offset: number): KeyCursor {
  const text = source.slice(yaml.start, yaml.end);
  const at = Math.min(Math.max(offset - yaml.start, 0), text.length);
  const lineStart = lineStartBefore(text, at);
  const before = text.slice(lineStart, at);
  const flow = flowAt(before);
  const lines = text.slice(0, lineStart).split(/\r?\n/).slice(-MAX_LINES);
  lines.pop();
  const rest = /^[\w.-]*/.exec(text.slice(at))?.[0].length ?? 0;
  const wordStart = before.length - (/[\w.-]*$/.exec(before)?.[0].length ?? 0);
  const word = { start: yaml.start + lineStart + wordStart, end: offset + rest };
  const found = KEY.exec(before);
  const indent = indentOf(before);
  const above = keysAbove(lines, before);
  if (flow !== null && found !== null) {
    return {
      above: [...above, keyOf(found), ...flow.above],
      valueOf: flow.valueOf,
      word,
      siblings: flow.siblings,
      isFlow: true,
    };
  }
  if (found !== null) return { above, valueOf: keyOf(found), word, siblings: [], isFlow: false };
  return { above, valueOf: null, word, siblings: siblingsOf(text, lineStart, indent), isFlow: false };
}

function keyOf(match: RegExpExecArray): string {
  return match[3] ?? match[4] ?? match[5] ?? "";
}

/** The column of the first character, where a dash of a list counts as a blank. */
function indentOf(line: string): number {
  return /^[\s-]*/.exec(line)?.[0].length ?? 0;
}

/**
 * The keys of smaller and smaller indents, upwards; "0" for an item of a list.
 * @param line the start of the line of the place
 */
function keysAbove(lines: readonly string[], line: string): readonly string[] {
  const above: string[] = [];
  // `isItem`: the dash of a list may be in the column of the list's own key.
  const outer = { column: indentOf(line), isItem: false };
  const takeDash = (blanks: string): void => {
    above.unshift("0");
    outer.column = blanks.length;
    outer.isItem = true;
  };
  const dash = /^(\s*)-\s/.exec(line)?.[1];
  if (dash !== undefined) takeDash(dash);
  for (let at = lines.length - 1; at >= 0 && (outer.column > 0 || outer.isItem); at--) {
    const match = KEY.exec(lines[at]!);
    if (match === null) continue;
    const [, blanks = "", dashes = ""] = match;
    const column = blanks.length + dashes.length;
    const isSame = column === outer.column;
    // `- name: x` begins the item that a place in its column belongs to.
    if (dashes !== "" && isSame && !outer.isItem) takeDash(blanks);
    else if (column < outer.column || (outer.isItem && dashes === "" && isSame)) {
      above.unshift(keyOf(match));
      outer.column = column;
      outer.isItem = false;
      if (dashes !== "") takeDash(blanks);
    }
  }
  return above;
}

function siblingsOf(text: string, lineStart: number, indent: number): readonly string[] {
  const found: string[] = [];
  const read = (line: string): boolean => {
    const match = KEY.exec(line);
    if (match === null) return line.trim() === "" || indentOf(line) >= indent;
    const column = (match[1]?.length ?? 0) + (match[2]?.length ?? 0);
    if (column === indent) found.push(keyOf(match));
    return column >= indent;
  };
  const up = text.slice(0, lineStart).split(/\r?\n/).slice(0, -1).slice(-MAX_LINES).reverse();
  for (const line of up) if (!read(line)) break;
  const down = text.slice(lineStart).split(/\r?\n/).slice(1, MAX_LINES);
  for (const line of down) if (!read(line)) break;
  return found;
}

interface Flow {
  readonly above: readonly string[];
  readonly valueOf: string | null;
  readonly siblings: readonly string[];
}

/** Inside `{…}` on the line; null outside. Quoted strings hide special characters. */
function flowAt(before: string): Flow | null {
  const open: { key: string | null; keys: string[]; last: string | null; list: boolean }[] = [];
  const token = /"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[{}[\],]|:(?=\s|$)|[^\s{}[\],:]+|:|\s+/g;
  let word = "";
  for (const [sign] of before.matchAll(token)) {
    const top = open.at(-1);
    if (sign === "{" || sign === "[") {
      open.push({ key: top?.last ?? null, keys: [], last: null, list: sign === "[" });
      word = "";
    } else if (sign === "}" || sign === "]") {
      open.pop();
      word = "";
    } else if (sign === ",") {
      if (top !== undefined) top.last = null;
      word = "";
    } else if (sign === ":") {
      if (top !== undefined && word !== "") {
        top.last = word.replace(/^["']|["']$/g, "");
        top.keys.push(top.last);
      }
      word = "";
    } else if (sign.trim() !== "") word = sign;
  }
  const inner = open.at(-1);
  if (inner === undefined) return null;
  const above = open.slice(1).flatMap(({ key }) => (key === null ? [] : [key]));
  return { above, valueOf: inner.last, siblings: inner.keys };
}
