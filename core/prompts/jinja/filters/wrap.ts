// Breaks a line as Python's textwrap does for the filter wordwrap.
import { codePoints, trim } from "../texts.ts";

export interface WrapForm {
  readonly width: number;
  readonly breaksWords: boolean;
  readonly breaksHyphens: boolean;
}

/** A word or blanks, whose first characters may already be on an earlier line. */
interface Part {
  readonly characters: readonly string[];
  from: number;
}

/** The lines of a text without line ends; none for a blank one. */
export function wrapped(text: string, { width, breaksWords, breaksHyphens }: WrapForm): string[] {
  const cut: readonly string[] = text.match(breaksHyphens ? PARTS : /[\t-\r ]+|[^\t-\r ]+/g) ?? [];
  const parts = cut.map((part): Part => ({ characters: codePoints(part), from: 0 })).reverse();
  const found: string[] = [];
  while (parts.length > 0) {
    const line: string[] = [];
    let length = 0;
    if (found.length > 0 && isBlank(parts.at(-1)!)) parts.pop();
    while (parts.length > 0 && length + lengthOf(parts.at(-1)!) <= width) {
      length += lengthOf(parts.at(-1)!);
      line.push(restOf(parts.pop()!));
    }
    const next = parts.at(-1);
    if (next !== undefined && lengthOf(next) > width) {
      if (breaksWords) {
        const { characters, from } = next;
        const room = characters.slice(from, from + width - length);
        const end = from + (breaksHyphens ? endAtHyphen(room) : room.length);
        // Without room this is an empty part, which keeps the blank before it, as in Python.
        line.push(characters.slice(from, end).join(""));
        next.from = end;
      } else if (line.length === 0) line.push(restOf(parts.pop()!));
    }
    if (line.length > 0 && trim(line.at(-1)!) === "") line.pop();
    if (line.length > 0) found.push(line.join(""));
  }
  return found;
}

function isBlank({ characters, from }: Part): boolean {
  let at = from;
  while (at < characters.length && trim(characters[at]!) === "") at++;
  return at === characters.length;
}

function restOf({ characters, from }: Part): string {
  return characters.slice(from).join("");
}

function lengthOf({ characters, from }: Part): number {
  return characters.length - from;
}

/** Where a long word is broken: after its last hyphen within the room, unless there are only hyphens before that. */
function endAtHyphen(room: readonly string[]): number {
  const at = room.lastIndexOf("-");
  return at > 0 && room.slice(0, at).some((one) => one !== "-") ? at + 1 : room.length;
}

/** As Python's textwrap cuts a line: blanks, words up to a hyphen between letters, and dashes between words. */
const PARTS =
  /[\t-\r ]+|(?<=[\p{L}\p{N}_!"'&.,?])-{2,}(?=[\p{L}\p{N}_])|[^\t-\r ]+?(?:-(?:(?<=[\p{L}_]{2}-)|(?<=[\p{L}_]-[\p{L}_]-))(?=[\p{L}_]-?[\p{L}_])|(?=[\t-\r ]|$)|(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_]))/gu;
