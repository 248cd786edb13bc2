// Splits the body of a prompt file at its role lines. This happens in the template, before any value is
// filled in, so that no value can open a message.
import type { Span } from "./positions.ts";
import type { Report } from "./problem.ts";
import type { Role } from "./promptFile.ts";

export interface RawSection {
  readonly role: Role;
  readonly roleLine: Span | null;
  /** Without blank lines before it and white space after it; empty for an empty section. */
  readonly content: Span;
}

// What Prompty accepts: any letter case, blanks around, a # before it, attributes in brackets, nothing else on the
// line. To keep such a line in the text, write it as an expression: {{ "user:" }}.
const ROLE_LINE = /^(?:#\s*)?(system|user|assistant|developer|tool|function)\s*(\[[^\]]*\])?\s*:$/i;
const LONGEST_ROLE_LINE = 200;

/** Sections of `source` from `bodyStart` on, in order; empty ones are reported and kept with an empty span. */
export function splitSections(source: string, bodyStart: number, report: Report): readonly RawSection[] {
  const lines = roleLinesOf(source, bodyStart, report);
  const sections: RawSection[] = [];
  const lead = trimmed(source, bodyStart, lines[0]?.span.start ?? source.length);
  if (lead.end > lead.start) {
    if (lines.length > 0) {
      report({
        severity: "warning",
        code: "textBeforeRole",
        message: "This text comes before the first role line and becomes a system message.",
        nextStep: 'Put "system:" on a line of its own above it.',
        span: firstLineOf(source, lead),
      });
    }
    sections.push({ role: lines.length > 0 ? "system" : "user", roleLine: null, content: lead });
  }
  for (const [index, { role, span, next }] of lines.entries()) {
    const content = trimmed(source, next, lines[index + 1]?.span.start ?? source.length);
    sections.push({ role, roleLine: span, content });
    if (content.end > content.start) continue;
    report({
      severity: "warning",
      code: "sectionEmpty",
      message: `This ${role} section is empty and adds no message.`,
      nextStep: "Write its text below it, or remove the line.",
      span,
    });
  }
  return sections;
}

interface RoleLine {
  readonly role: Role;
  readonly span: Span;
  /** Offset of the line after it. */
  readonly next: number;
}

function roleLinesOf(source: string, bodyStart: number, report: Report): readonly RoleLine[] {
  const found: RoleLine[] = [];
  const lineEnd = /\r\n|\n|\r/g;
  for (let start = bodyStart; start < source.length;) {
    lineEnd.lastIndex = start;
    const match = lineEnd.exec(source);
    const end = match?.index ?? source.length;
    const next = match === null ? source.length : lineEnd.lastIndex;
    const span = withoutIndent(source, trimmed(source, start, end));
    if (span.end - span.start <= LONGEST_ROLE_LINE && source[span.end - 1] === ":") {
      const line = ROLE_LINE.exec(source.slice(span.start, span.end));
      const word = line?.[1]?.toLowerCase();
      if (word === "system" || word === "user" || word === "assistant") {
        found.push({ role: word, span, next });
        if (line?.[2] !== undefined) {
          report(ignored(`The attributes ${line[2]} of this role line are not used.`, "Remove them.", span));
        }
      } else if (word !== undefined) {
        const message = `"${word}" is not a known role: the line stays part of the text above it.`;
        report(ignored(message, "Use system, user or assistant.", span));
      }
    }
    start = next;
  }
  return found;
}

function ignored(message: string, nextStep: string, span: Span) {
  return { severity: "warning", code: "roleIgnored", message, nextStep, span } as const;
}

/** Drops white space at the end, and at the start all of it up to the first line with text. */
function trimmed(source: string, start: number, end: number): Span {
  let last = end;
  while (last > start && isSpace(source.charCodeAt(last - 1))) last--;
  let first = start;
  for (let at = start; at < last && isSpace(source.charCodeAt(at)); at++) {
    if (source[at] === "\n" || source[at] === "\r") first = at + 1;
  }
  return { start: Math.min(first, last), end: last };
}

function withoutIndent(source: string, span: Span): Span {
  let start = span.start;
  while (start < span.end && isSpace(source.charCodeAt(start))) start++;
  return { start, end: span.end };
}

function isSpace(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xfeff || unit === 0xa0;
}

function firstLineOf(source: string, span: Span): Span {
  const length = source.slice(span.start, span.end).search(/[\r\n]/);
  return { start: span.start, end: length < 0 ? span.end : span.start + length };
}
