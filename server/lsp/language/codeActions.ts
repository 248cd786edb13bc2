// Quick fixes: correct a name, add a sample value that is missing, remove a variable that nothing reads.
import { CodeActionKind, type CodeAction, type Diagnostic, type TextEdit } from "vscode-languageserver/node";
import {
  declarationsOf,
  eachKey,
  nearestName,
  unknownNames,
  type KeyNode,
} from "../../../core/prompts/index.ts";
import type { Features } from "./completion.ts";
import { keysBelow } from "./meanings.ts";
import type { PromptDocument } from "./promptDocument.ts";

export function codeActions(
  document: PromptDocument,
  diagnostics: readonly Diagnostic[],
  { laserOnly }: Features,
): CodeAction[] {
  return diagnostics.flatMap((diagnostic) => {
    const start = document.offsetAt(diagnostic.range.start);
    const fix = (title: string, edits: readonly TextEdit[], isPreferred = true): CodeAction => ({
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred,
      edit: { changes: { [document.uri]: [...edits] } },
    });
    if (diagnostic.code === "unknownKey") return correctKey(document, start, fix);
    if (laserOnly) return [];
    if (diagnostic.code === "jinjaInvalid") return correctName(document, start, fix);
    if (diagnostic.code === "variableUnused") return removeDeclaration(document, start, fix);
    return diagnostic.code === "variableWithoutValue" ? giveValue(document, diagnostic, fix) : [];
  });
}

type Fix = (title: string, edits: readonly TextEdit[], isPreferred?: boolean) => CodeAction;

function correctKey(document: PromptDocument, start: number, fix: Fix): CodeAction[] {
  const node = keyAt(document, start);
  const known = node && keysBelow(node.path.slice(0, -1));
  const near =
    node &&
    known &&
    nearestName(
      node.key,
      known.map(({ key }) => key),
    );
  if (!node || !near) return [];
  return [fix(`Change to "${near}"`, [{ range: document.rangeOf(node.keySpan), newText: near }])];
}

function correctName(document: PromptDocument, start: number, fix: Fix): CodeAction[] {
  const { template, bodyOffset } = document.prompt;
  return unknownNames(template.body).flatMap(({ span, known }) => {
    if (known === undefined || bodyOffset + span.start !== start) return [];
    const near = nearestName(known.name, known.names);
    // The span is all of the expression for a test, and the filter with its arguments for a filter.
    const at = template.source.slice(span.start, span.end).lastIndexOf(known.name);
    if (near === null || at < 0) return [];
    const place = {
      start: bodyOffset + span.start + at,
      end: bodyOffset + span.start + at + known.name.length,
    };
    return [fix(`Change to "${near}"`, [{ range: document.rangeOf(place), newText: near }])];
  });
}

function removeDeclaration(document: PromptDocument, start: number, fix: Fix): CodeAction[] {
  const found = declarationsOf(document.keys).find(({ span }) => span.start === start);
  if (found === undefined) return [];
  const { text } = document;
  const first = text.lastIndexOf("\n", found.node.span.start - 1) + 1;
  const lead = text.slice(first, found.node.span.start);
  const rest = /^[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/.exec(text.slice(found.node.span.end));
  // Only one that has its lines to itself: `{a: 1, b: 2}` is the author's to change.
  const hasLines = /^[ \t]*(?:- +)?$/.test(lead);
  const endsLine = rest !== null || text[found.node.span.end - 1] === "\n";
  if (!hasLines || !endsLine) return [];
  const end = found.node.span.end + (text[found.node.span.end - 1] === "\n" ? 0 : (rest?.[0].length ?? 0));
  return [
    fix(`Remove "${found.name}"`, [{ range: document.rangeOf({ start: first, end }), newText: "" }], false),
  ];
}

/** Adds the variable to `sample`, which is made if there is none; or corrects it to one that is declared and unused. */
function giveValue(document: PromptDocument, diagnostic: Diagnostic, fix: Fix): CodeAction[] {
  const name = document.text.slice(
    document.offsetAt(diagnostic.range.start),
    document.offsetAt(diagnostic.range.end),
  );
  const unused = document.prompt.file.variables
    .filter(({ declared, uses }) => declared !== null && uses.length === 0)
    .map((variable) => variable.name);
  const near = nearestName(name, unused);
  const added = sampleEdit(document, name);
  return [
    ...(near === null ? [] : [fix(`Change to "${near}"`, [{ range: diagnostic.range, newText: near }])]),
    ...(added === null ? [] : [fix(`Add "${name}" to the sample values`, [added], near === null)]),
  ];
}

function sampleEdit(document: PromptDocument, name: string): TextEdit | null {
  const { text, prompt } = document;
  const insert = (offset: number, newText: string): TextEdit => ({
    range: document.rangeOf({ start: offset, end: offset }),
    newText,
  });
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  if (prompt.yaml === null)
    return prompt.bodyOffset >= text.length && text.length > 0
      ? null
      : insert(prompt.bodyOffset, ["---", "sample:", `  ${name}: ""`, "---", ""].join(lineEnd));
  const sample = document.keys.find(({ key }) => key === "sample");
  if (sample === undefined) {
    const before = prompt.yaml.end > prompt.yaml.start && text[prompt.yaml.end - 1] !== "\n" ? lineEnd : "";
    return insert(prompt.yaml.end, `${before}sample:${lineEnd}  ${name}: ""${lineEnd}`);
  }
  const [first] = sample.children;
  if (first === undefined)
    return sample.valueSpan === null ? insert(sample.keySpan.end + 1, `${lineEnd}  ${name}: ""`) : null;
  const isFlow = sample.valueSpan !== null && text[sample.valueSpan.start] === "{";
  if (isFlow) return insert(first.span.start, `${name}: "", `);
  const indent = text.slice(text.lastIndexOf("\n", first.span.start - 1) + 1, first.span.start);
  return /^[ \t]*$/.test(indent) ? insert(first.span.start, `${name}: ""${lineEnd}${indent}`) : null;
}

function keyAt(document: PromptDocument, start: number): KeyNode | null {
  for (const node of eachKey(document.keys)) if (node.keySpan.start === start) return node;
  return null;
}
