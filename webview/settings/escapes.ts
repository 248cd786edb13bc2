// Texts with line breaks in a field of one line: shown and typed with the escapes of a string literal.
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const MEANT = new Map(Object.entries(ESCAPES).map(([sign, escape]) => [escape, sign]));

/** As shown, e.g. a line break as `\n`. */
export function escaped(text: string): string {
  return text.replace(/[\\\n\r\t]/g, (sign) => ESCAPES[sign]!);
}

/** What was meant by a typed text. A backslash before anything else is itself. */
export function unescaped(typed: string): string {
  return typed.replace(/\\[\\nrt]/g, (escape) => MEANT.get(escape)!);
}
