// Finds the role lines written literally in a prompt file, before anything is rendered: for the problems and for
// editors. Which messages there are is decided after rendering (messages.ts), by the same role lines.
import { t } from "../base/index.ts";
import type { Piece, Template } from "./jinja/index.ts";
import type { Span } from "./positions.ts";
import type { Finding, Report } from "./problem.ts";
import type { Role } from "./promptFile.ts";
import { asItLooks, lookAlikeText } from "./lookAlikes.ts";
import { otherRoleIn } from "./otherRoles.ts";
import { misreadRoleOf, roleLineOf } from "./roles.ts";

export interface RawSection {
  readonly role: Role;
  readonly roleLine: Span | null;
  /** Without blank lines before it and white space after it; empty for an empty section. */
  readonly content: Span;
}

/** Stands for an inserted value: a line with one is not a plain role line. */
const VALUE = "\0";

/** Sections of `source` from `bodyStart` on, in order; empty ones are reported and kept with an empty span. */
export function splitSections(
  source: string,
  bodyStart: number,
  { pieces, body }: Pick<Template, "pieces" | "body">,
  report: Report,
): readonly RawSection[] {
  const { shown, captured } = masked(source, bodyStart, pieces);
  // Outside all blocks: always rendered.
  const outside = body.filter(({ kind }) => kind === "text");
  const isCertain = (at: number): boolean =>
    outside.some(({ start, end }) => at >= bodyStart + start && at < bodyStart + end);
  const lines = roleLinesOf({ shown, captured }, bodyStart, isCertain, report);
  const sections: RawSection[] = [];
  if (lines.length === 0) reportInlineRole(shown, bodyStart, report);
  const first = lines[0]?.span.start;
  const leadEnd = first === undefined ? source.length : leadEndOf(shown, bodyStart, first);
  const lead = trimmed(source, bodyStart, leadEnd);
  if (shown.slice(bodyStart, leadEnd).trim() !== "") {
    if (lines.length > 0) {
      report({
        severity: "warning",
        code: "textBeforeRole",
        message: t("This text comes before the first role line and becomes a system message."),
        nextStep: t('Put "system:" on a line of its own above it.'),
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
      message: t("This {0} section is empty and adds no message.", role),
      nextStep: t("Write its text below it, or remove the line."),
      span,
    });
  }
  return sections;
}

function unread(source: string, span: Span, role: Role): Finding {
  const line = source.slice(span.start, span.end).trim();
  return {
    severity: "warning",
    code: "roleUnread",
    message: t('"{0}" does not start a message{1}.', line, lookAlikeText(line)),
    nextStep: t('A role line holds only "{0}:", on a line of its own.', role),
    span: withoutIndent(source, span),
  };
}

/** `system: Be nice.` at the start of a file without any role line: all of it is the user's message. */
function reportInlineRole(shown: string, bodyStart: number, report: Report): void {
  const found = /^\s*(?:#\s*)?([^\s\0][^\n\r\0]{0,40}?:)[ \t]*\S/.exec(shown.slice(bodyStart));
  const role = found === null ? null : /^(system|user|assistant)\s*:$/i.exec(asItLooks(found[1]!))?.[1];
  if (found === null || role == null) {
    const other = otherRoleIn(shown.slice(bodyStart));
    if (other === null) return;
    const { start, end } = other.span;
    report(unread(shown, { start: bodyStart + start, end: bodyStart + end }, other.role));
    return;
  }
  const start = bodyStart + found[0].indexOf(found[1]!);
  report(unread(shown, { start, end: start + found[1]!.length }, role.toLowerCase() as Role));
}

/** Where the text before all role lines ends: at the first one, or at a line such as `{{ item.role }}:` before it. */
function leadEndOf(shown: string, bodyStart: number, firstLine: number): number {
  const line = /^[ \t]*#?[ \t]*\0+[ \t]*:[ \t]*\r?$/m.exec(shown.slice(bodyStart, firstLine));
  return line === null ? firstLine : bodyStart + line.index;
}

/** A place that prints a role line of the template's own, which it captured: `{% set r %}system:{% endset %}{{ r }}`. */
interface Captured {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Masked {
  /** The source with blanks for what prints nothing in place, and marks for values; of equal length. */
  readonly shown: string;
  readonly captured: readonly Captured[];
}

/** Statements and comments print nothing in place, nor does `{% set r %}system:{% endset %}` on one line. */
function masked(source: string, bodyStart: number, pieces: readonly Piece[]): Masked {
  const parts = [source.slice(0, bodyStart)];
  const roleLines = new Map<string, string>();
  const captured: Captured[] = [];
  let open: { readonly name: string; readonly at: number } | null = null;
  let macroAt: number | null = null;
  for (const { kind, start, end } of pieces) {
    const own = source.slice(bodyStart + start, bodyStart + end);
    const name = kind === "statement" ? /^\{%[-+]?\s*set\s+(\w+)\s*[-+]?%\}$/.exec(own)?.[1] : undefined;
    const printed = kind === "expression" ? /^\{\{[-+]?\s*(\w+)\s*[-+]?\}\}$/.exec(own)?.[1] : undefined;
    const text = printed === undefined ? undefined : roleLines.get(printed);
    if (text !== undefined) captured.push({ start: bodyStart + start, end: bodyStart + end, text });
    if (macroAt !== null && kind === "statement" && /^\{%[-+]?\s*endmacro\b/.test(own)) {
      const inside = parts.slice(macroAt).join("");
      // It prints nothing where it is defined; one with role lines may print whole messages where it is called.
      if (!inside.split(/\r\n|\n|\r/).some((line) => roleLineOf(line) !== null))
        parts.splice(macroAt, parts.length, inside.replace(/[^\r\n]/g, " "));
      macroAt = null;
    }
    if (open !== null && kind === "statement" && /^\{%[-+]?\s*endset\b/.test(own)) {
      const inside = parts.slice(open.at).join("");
      // Of several lines, it may hold whole messages.
      if (!/[\n\r]/.test(inside)) parts.splice(open.at, parts.length, " ".repeat(inside.length));
      if (roleLineOf(inside) !== null) roleLines.set(open.name, inside.trim());
      open = null;
    }
    parts.push(kind === "text" ? own : (kind === "expression" ? VALUE : " ").repeat(own.length));
    if (name !== undefined) open = { name, at: parts.length };
    if (kind === "statement" && /^\{%[-+]?\s*macro\b/.test(own)) macroAt ??= parts.length;
  }
  const shown = parts.join("");
  return { shown: shown + source.slice(shown.length), captured };
}

interface FoundLine {
  readonly role: Role;
  readonly span: Span;
  /** Offset of the line after it. */
  readonly next: number;
}

/**
 * The role that a line was probably meant to open: misspelt, or after a separator (\v, U+2028) at which other programs break
 * lines.
 */
function misreadRole(line: string): Role | null {
  const [first, ...rest] = line.split(/[\v\f\x85\u2028\u2029]/);
  const hidden = rest.length === 0 ? null : [first!, ...rest].map((part) => roleLineOf(part)?.role ?? null);
  return hidden?.find((role) => role !== null) ?? misreadRoleOf(line, false);
}

function roleLinesOf(
  { shown: source, captured }: Masked,
  bodyStart: number,
  isCertain: (offset: number) => boolean,
  report: Report,
): readonly FoundLine[] {
  const found: FoundLine[] = [];
  const lineEnd = /\r\n|\n|\r/g;
  let at = 0;
  for (let start = bodyStart; start < source.length;) {
    lineEnd.lastIndex = start;
    const match = lineEnd.exec(source);
    const end = match?.index ?? source.length;
    const next = match === null ? source.length : lineEnd.lastIndex;
    while ((captured[at]?.end ?? Infinity) <= start) at++;
    const line = roleLineOf(withCaptured(source, start, end, captured[at]));
    const meant = line === null ? misreadRole(source.slice(start, end)) : null;
    if (meant !== null) report(unread(source, trimmed(source, start, end), meant));
    if (line !== null) {
      const span = withoutIndent(source, trimmed(source, start, end));
      if (line.role !== null) {
        found.push({ role: line.role, span, next });
        if (line.attributes !== null) {
          report({
            severity: "warning",
            code: "roleIgnored",
            message: t("The attributes {0} of this role line are not used.", line.attributes),
            nextStep: t("Remove them."),
            span,
          });
        }
      } else {
        report({
          // In a block it may never be rendered; if it is, that fails.
          severity: isCertain(span.start) ? "error" : "warning",
          code: "roleUnsupported",
          message: t('"{0}" messages can\'t be sent: tool calls are not supported.', line.word),
          nextStep: t(
            'Use system, user or assistant; to keep the line as text, write {{ "{0}:" }}.',
            line.word,
          ),
          span,
        });
      }
    }
    start = next;
  }
  return found;
}

/** The line as it will be printed, if it contains a captured role line. */
function withCaptured(shown: string, start: number, end: number, captured: Captured | undefined): string {
  if (captured === undefined || captured.start < start || captured.end > end) return shown.slice(start, end);
  return shown.slice(start, captured.start) + captured.text + shown.slice(captured.end, end);
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
