// Finds the front matter of a prompt file and parses it as YAML.
import { t } from "../../base/index.ts";
import { isMap, isScalar, parseDocument, visit, type Document, type YAMLMap } from "yaml";
import type { Span } from "../positions.ts";
import type { Finding, Report } from "../problem.ts";
import { reportMisplaced } from "./misplaced.ts";

export interface FrontMatter {
  /** Also one with errors, which editors complete; null if it is too deep to be parsed. */
  readonly document: Document | null;
  /** The keys; null if there are none, or if they can't be read reliably. */
  readonly map: YAMLMap | null;
}

/** Front matter with what it was read from: the same text at the same place needs no second reading. */
export interface ReadFrontMatter extends FrontMatter {
  readonly text: string;
  /** Offset of the text in the source. */
  readonly start: number;
  readonly findings: readonly Finding[];
}

const NOTHING: FrontMatter = { document: null, map: null };

export interface SplitFile {
  /** The YAML text between the `---` lines; null if the file has none. */
  readonly yaml: Span | null;
  /** Offset of the first line after the front matter; null if it is never closed. */
  readonly bodyStart: number | null;
}

// About 20,000 open brackets can crash the whole process in the YAML package, so depth is bounded before parsing.
const DEEPEST_NESTING = 100;
const MAX_YAML_PROBLEMS = 20;
/** What may follow on a line that opens or closes the front matter. */
const LINE_REST = "(?:[ \\t]+#.*|[ \\t]*)$";

/**
 * Looks for a `---` or `+++` line at the start (after white space and a byte order mark, if any) and the next such line,
 * which closes it. Both may be indented, as Prompty allows; a closing line only if the opening one is. A comment of YAML may
 * follow
 * on both.
 */
export function splitFile(source: string, report: Report): SplitFile {
  const start = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  let first = start;
  while (first < source.length && " \t\r\n".includes(source[first]!)) first++;
  const opening = new RegExp(`(?:---|\\+\\+\\+)${LINE_REST}`, "my");
  opening.lastIndex = first;
  const mark = opening.exec(source)?.[0].slice(0, 3);
  if (mark === undefined) {
    reportMisplaced(source, report);
    return { yaml: null, bodyStart: start };
  }
  const isIndented = first > start && !"\r\n".includes(source[first - 1]!);
  const yamlStart = afterLineEnd(source, opening.lastIndex);
  const fence = new RegExp(
    `^${isIndented ? "[ \\t]*" : ""}${mark === "---" ? "---" : "\\+\\+\\+"}${LINE_REST}`,
    "gm",
  );
  fence.lastIndex = yamlStart;
  const closing = fence.exec(source);
  if (closing === null) {
    report({
      severity: "error",
      code: "frontMatterUnclosed",
      message: t('The front matter that starts here is never closed by a "{0}" line.', mark),
      nextStep: t('Write "{0}" on a line of its own where the messages begin.', mark),
      span: { start: first, end: first + 3 },
    });
    return { yaml: null, bodyStart: null };
  }
  return {
    yaml: { start: yamlStart, end: closing.index },
    bodyStart: afterLineEnd(source, fence.lastIndex),
  };
}

/**
 * The front matter of a source, with its problems. Parsing it is most of the work for a file with long sample values.
 * @param before of the same file before an edit: most edits are made below the front matter
 */
export function readFrontMatter(source: string, span: Span, before: ReadFrontMatter | null): ReadFrontMatter {
  const { start } = span;
  const text = source.slice(start, span.end);
  if (before?.text === text && before.start === start) return before;
  const findings: Finding[] = [];
  const parsed = parseFrontMatter(source, span, (finding) => findings.push(finding));
  return { ...parsed, text, start, findings };
}

/** The parsed map, if there is one that can be read; every reason why not is reported. */
function parseFrontMatter(source: string, span: Span, report: Report): FrontMatter {
  // A lone carriage return ends a line in YAML, too, but not in the package.
  const text = source.slice(span.start, span.end).replace(/\r(?!\n)/g, "\n");
  const deep = tooDeepAt(text);
  if (deep !== null) {
    const at = { start: span.start + deep, end: span.start + deep + 1 };
    report(yamlProblem("error", t("it is nested more than {0} levels deep", DEEPEST_NESTING), at));
    return NOTHING;
  }
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false }) as Document;
  const spanOf = ([start, end]: readonly [number, number]): Span => visibleSpan(source, span, start, end);
  for (const { code, message, pos } of document.errors.slice(0, MAX_YAML_PROBLEMS)) {
    const reason = code === "MULTIPLE_DOCS" ? t('a "..." line ends it before these lines') : message;
    report(yamlProblem("error", lowerFirst(reason), spanOf(pos)));
  }
  for (const warning of document.warnings.slice(0, MAX_YAML_PROBLEMS))
    report(yamlProblem("warning", lowerFirst(warning.message), spanOf(warning.pos)));
  const unread = { document, map: null };
  if (document.errors.length > 0) return unread;
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return unread;
  if (!isMap(contents)) {
    const range = contents.range;
    report({
      severity: "error",
      code: "frontMatterNotMap",
      message: t("The front matter is not a map of keys to values."),
      nextStep: t('Write lines such as "name: my prompt".'),
      span: spanOf([range?.[0] ?? 0, text.slice(0, range?.[1] ?? 0).trimEnd().length]),
    });
    return unread;
  }
  reportNames(document, span.start, report);
  return { document, map: contents };
}

function yamlProblem(severity: "error" | "warning", reason: string, span: Span) {
  const message = t("The front matter is not valid YAML: {0}.", reason);
  return {
    severity,
    code: "yamlInvalid",
    message: severity === "error" ? message : t("In the front matter: {0}.", reason),
    nextStep: null,
    span,
  } as const;
}

/** Duplicate keys of every map, also inside sample values, and undefined aliases, in one pass. */
function reportNames(document: Document, base: number, report: Report): void {
  const anchors = new Set<string>();
  const at = (range: readonly [number, number, number]): Span => ({
    start: base + range[0],
    end: base + range[1],
  });
  visit(document, {
    Alias: (_, { source, range }) => {
      if (anchors.has(source) || !range) return;
      report(yamlProblem("error", t('nothing above is named "&{0}"', source), at(range)));
    },
    Value: (_, { anchor }) => {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Map: (_, { anchor, items }) => {
      if (anchor !== undefined) anchors.add(anchor);
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name) && key.range) {
          report({
            severity: "error",
            code: "duplicateKey",
            message: t('The key "{0}" is repeated here.', name),
            nextStep: t("Remove one of the two."),
            span: at(key.range),
          });
        }
        seen.add(name);
      }
    },
  });
}

/**
 * Offset of the first bracket or indent that is too deep. Brackets in strings count as well: the bound is
 * generous.
 */
export function tooDeepAt(text: string): number | null {
  let depth = 0;
  let indent = 0;
  let atLineStart = true;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === "\n" || sign === "\r") {
      [atLineStart, indent] = [true, 0];
    } else if (atLineStart && " \t-?:".includes(sign)) {
      indent++;
      if (indent > 2 * DEEPEST_NESTING && sign !== " ") return at;
    } else {
      atLineStart = false;
      if (sign === "[" || sign === "{") depth++;
      else if (sign === "]" || sign === "}") depth = Math.max(0, depth - 1);
      if (depth > DEEPEST_NESTING) return at;
    }
  }
  return null;
}

/** A span inside the YAML text, not empty if possible, so that an editor can mark it. */
function visibleSpan(source: string, yaml: Span, start: number, end: number): Span {
  const first = Math.min(yaml.start + Math.max(start, 0), yaml.end);
  const last = Math.min(yaml.start + end, yaml.end);
  if (last > first) return { start: first, end: last };
  return { start: first, end: Math.min(first + 1, source.length) };
}

function afterLineEnd(source: string, lineEnd: number): number {
  if (source.startsWith("\r\n", lineEnd)) return lineEnd + 2;
  return Math.min(lineEnd + 1, source.length);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
