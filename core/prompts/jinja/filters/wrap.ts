// Breaks a line as Python's textwrap does for the filter wordwrap.
import { codePoints, lengthOf, trim } from "../texts.ts";

export interface WrapForm {
  readonly width: number;
  readonly breaksWords: boolean;
  readonly breaksHyphens: boolean;
}

/** The lines of a text without line ends; none for a blank one. */
export function wrapped(text: string, { width, breaksWords, breaksHyphens }: WrapForm): string[] {
  const parts = (breaksHyphens ? hyphenated(text) : (text.match(/\s+|\S+/g) ?? [])).reverse();
  const found: string[] = [];
  while (parts.length > 0) {
    const line: string[] = [];
    let length = 0;
    if (trim(parts.at(-1)!) === "" && found.length > 0) parts.pop();
    while (parts.length > 0 && length + lengthOf(parts.at(-1)!) <= width) {
      length += lengthOf(parts.at(-1)!);
      line.push(parts.pop()!);
    }
    const next = parts.at(-1);
    if (next !== undefined && lengthOf(next) > width) {
      const room = width - length;
      if (breaksWords && room > 0) {
        const characters = codePoints(parts.pop()!);
        line.push(characters.slice(0, room).join(""));
        parts.push(characters.slice(room).join(""));
      } else if (line.length === 0) line.push(parts.pop()!);
    }
    if (line.length > 0 && trim(line.at(-1)!) === "") line.pop();
    if (line.length > 0) found.push(line.join(""));
  }
  return found;
}

/** Words cut after hyphens that have two letters before them, and a letter after. */
function hyphenated(text: string): string[] {
  return (text.match(/\s+|\S+/g) ?? []).flatMap((word) =>
    trim(word) === "" ? [word] : word.split(/(?<=[\p{L}_]{2}-)(?=[\p{L}_]{2})/u),
  );
}
