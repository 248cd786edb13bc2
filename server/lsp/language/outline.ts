// The outline of a prompt file, and what can be folded in it.
import { t } from "../../../core/base/index.ts";
import {
  FoldingRangeKind,
  SymbolKind,
  type DocumentSymbol,
  type FoldingRange,
} from "vscode-languageserver/node";
import { holdsVariables, type KeyNode } from "../../../core/prompts/index.ts";
import type { PromptDocument } from "./promptDocument.ts";

/** Keys to this depth; deeper ones are parts of values. */
const DEEPEST = 3;
const LONGEST_DETAIL = 60;

export function symbols(document: PromptDocument): DocumentSymbol[] {
  const { file, yaml } = document.prompt;
  const keys = document.keys.map((node) => keySymbol(document, node, 1));
  const sections = file.sections.map(({ role, roleLine, content, template }): DocumentSymbol => {
    const start = roleLine ?? content;
    return {
      name: role,
      detail: oneLine(template),
      kind: SymbolKind.String,
      range: document.rangeOf({ start: start.start.offset, end: content.end.offset }),
      selectionRange: document.rangeOf({ start: start.start.offset, end: start.end.offset }),
    };
  });
  if (yaml === null || keys.length === 0) return sections;
  const all = document.rangeOf(yaml);
  const name = file.meta.name ?? t("front matter");
  const top = {
    name: oneLine(name),
    kind: SymbolKind.Namespace,
    range: all,
    selectionRange: all,
    children: keys,
  };
  return [top, ...sections];
}

function keySymbol(document: PromptDocument, node: KeyNode, depth: number): DocumentSymbol {
  const isVariable = holdsVariables(node.path.slice(0, -1));
  const kind = isVariable
    ? SymbolKind.Variable
    : node.children.length > 0
      ? SymbolKind.Object
      : SymbolKind.Property;
  const children = depth < DEEPEST ? node.children.map((child) => keySymbol(document, child, depth + 1)) : [];
  return {
    name: node.key === "" ? '""' : oneLine(node.key),
    ...(node.scalar === null ? {} : { detail: oneLine(node.scalar) }),
    kind,
    range: document.rangeOf(node.span),
    selectionRange: document.rangeOf(node.keySpan),
    children,
  };
}

function oneLine(text: string): string {
  const line = text.trim().split(/[\r\n]/, 1)[0] ?? "";
  return line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL - 1)}…` : line;
}

export function foldingRanges(document: PromptDocument): FoldingRange[] {
  const { file, yaml, template, bodyOffset } = document.prompt;
  const found: FoldingRange[] = [];
  const fold = (start: number, end: number, kind?: FoldingRangeKind): void => {
    const [startLine, endLine] = [document.positionAt(start).line, document.positionAt(end).line];
    if (endLine > startLine) found.push({ startLine, endLine, ...(kind === undefined ? {} : { kind }) });
  };
  // From the opening fence to the line before the closing one.
  if (yaml !== null)
    fold(Math.max(0, yaml.start - 1), Math.max(yaml.start, yaml.end - 1), FoldingRangeKind.Imports);
  const foldKeys = (nodes: readonly KeyNode[]): void => {
    for (const { span, children } of nodes) {
      fold(span.start, Math.max(span.start, trimmedEnd(document.text, span.start, span.end)));
      foldKeys(children);
    }
  };
  foldKeys(document.keys);
  for (const { roleLine, content } of file.sections)
    fold((roleLine ?? content).start.offset, content.end.offset);
  for (const { kind, start, end } of template.body)
    if (kind !== "text" && kind !== "print") fold(bodyOffset + start, bodyOffset + end);
  for (const { kind, start, end } of template.pieces)
    if (kind === "comment") fold(bodyOffset + start, bodyOffset + end, FoldingRangeKind.Comment);
  return found;
}

/** A block value ends with its last line break, which belongs to the next line. */
function trimmedEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && /\s/.test(text[at - 1]!)) at--;
  return at;
}
