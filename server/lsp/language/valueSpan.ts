// Which part of a line is a value of YAML.
import { lineStartBefore } from "../../../core/prompts/index.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The whole value around a place on its line, without the comment after it: a path has characters that words don't have.
 * @param flow whether it is inside `{…}`, which ends it as well
 */
export function valueSpan(text: string, offset: number, flow: boolean): Span {
  const lineStart = lineStartBefore(text, offset);
  const before = text.slice(lineStart, offset);
  const opened = before.search(flow ? /:\s*(?:"[^"]*|'[^']*|[^:,{}]*)$/ : /:\s/);
  const start = lineStart + (opened < 0 ? before.length : opened + 1);
  const lineEnd = text.slice(offset).search(/[\r\n]/);
  const rest = text.slice(start, lineEnd < 0 ? text.length : offset + lineEnd);
  const blank = /^[ \t]*/.exec(rest)?.[0].length ?? 0;
  const quoted = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)/.exec(rest.slice(blank))?.[0];
  const value = quoted ?? (flow ? /^[^,}\]]*/ : /^(?:[^#]|(?<!\s)#)*/).exec(rest.slice(blank))?.[0] ?? "";
  const from = start + Math.min(blank, 1);
  return { start: from, end: Math.max(from, start + blank + value.trimEnd().length) };
}
