// Quick fixes: correct a name, add a sample value that is missing, remove a variable that nothing reads.
import { nearestName, t } from "../../../core/base/index.ts";
import { CodeActionKind, type CodeAction, type Diagnostic, type TextEdit } from "vscode-languageserver/node";
import {
  eachKey,
  inputNodes,
  keyEdit,
  lineStartBefore,
  unknownNames,
  yamlText,
  type KeyNode,
} from "../../../core/prompts/index.ts";
import type { Features } from "./completion.ts";
import { keysBelow, meaningOf, wordsFor } from "./meanings.ts";
import { poolFilesBeside } from "./poolFiles.ts";
import { keyAtPath, type PromptDocument } from "./promptDocument.ts";

/** @param groups those of the pool that the prompt drafts from, as far as they are known */
export function codeActions(
  document: PromptDocument,
  diagnostics: readonly Diagnostic[],
  { laserOnly }: Features,
  groups: readonly string[] = [],
): CodeAction[] {
  let unknown: UnknownNames | null = null;
  return diagnostics.flatMap((diagnostic) => {
    const start = document.offsetAt(diagnostic.range.start);
    const fix = (title: string, edits: readonly TextEdit[], isPreferred = true): CodeAction => ({
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic],
      isPreferred,
      edit: { changes: { [document.uri]: [...edits] } },
    });
    const { code } = diagnostic;
    if (code === "unknownKey") return correctKey(document, start, fix);
    if (code === "wrongValue") return correctValue(document, start, laserOnly, fix);
    if (code === "groupUnknown") return change(document, ["laser", "group"], groups, fix);
    if (code === "poolMissing")
      return change(document, ["laser", "pool"], poolFilesBeside(document.uri), fix);
    if (laserOnly) return [];
    if (code === "jinjaInvalid")
      return correctName(document, (unknown ??= unknownNamesAt(document)), start, fix);
    if (code === "variableUnused") return removeDeclaration(document, start, fix);
    return code === "variableWithoutValue" ? giveValue(document, diagnostic, fix) : [];
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
  return [fix(t('Change to "{0}"', near), [{ range: document.rangeOf(node.keySpan), newText: near }])];
}

/** A word that is none of those that a key takes. */
function correctValue(document: PromptDocument, start: number, laserOnly: boolean, fix: Fix): CodeAction[] {
  for (const node of eachKey(document.keys)) {
    if (start < node.keySpan.start || start > node.span.end || node.scalar === null) continue;
    const meaning = meaningOf(node.path);
    if (meaning === null || (laserOnly && node.path[0] !== "laser")) continue;
    return change(document, node.path, Object.keys(wordsFor(meaning)), fix);
  }
  return [];
}

/** Changes the value at a path to the nearest of the known ones. */
function change(
  document: PromptDocument,
  path: readonly string[],
  known: readonly string[],
  fix: Fix,
): CodeAction[] {
  const node = keyAtPath(document.keys, path);
  if (node?.scalar == null || node.valueSpan === null) return [];
  const near = nearestName(node.scalar, known);
  if (near === null) return [];
  // What must be in quotes inside a flow map may be in quotes everywhere.
  const newText = yamlText(near, true);
  return [fix(t('Change to "{0}"', near), [{ range: document.rangeOf(node.valueSpan), newText }])];
}

type UnknownName = ReturnType<typeof unknownNames>[number];
/** By offset into the source. */
type UnknownNames = ReadonlyMap<number, readonly UnknownName[]>;

/** The whole template is looked through once, however many of its problems are asked about. */
function unknownNamesAt({ prompt: { template, bodyOffset } }: PromptDocument): UnknownNames {
  const found = new Map<number, UnknownName[]>();
  for (const name of unknownNames(template.body)) {
    const start = bodyOffset + name.span.start;
    const here = found.get(start);
    if (here === undefined) found.set(start, [name]);
    else here.push(name);
  }
  return found;
}

function correctName(document: PromptDocument, unknown: UnknownNames, start: number, fix: Fix): CodeAction[] {
  const { template, bodyOffset } = document.prompt;
  return (unknown.get(start) ?? []).flatMap(({ span, known }) => {
    if (known === undefined) return [];
    const near = nearestName(known.name, known.names);
    // The span is all of the expression for a test, and the filter with its arguments for a filter.
    const at = template.source.slice(span.start, span.end).lastIndexOf(known.name);
    if (near === null || at < 0) return [];
    const place = {
      start: bodyOffset + span.start + at,
      end: bodyOffset + span.start + at + known.name.length,
    };
    return [fix(t('Change to "{0}"', near), [{ range: document.rangeOf(place), newText: near }])];
  });
}

function removeDeclaration(document: PromptDocument, start: number, fix: Fix): CodeAction[] {
  const found = document.declarations.find(({ span }) => span.start === start);
  if (found === undefined) return [];
  const { text } = document;
  const first = lineStartBefore(text, found.node.span.start);
  const lead = text.slice(first, found.node.span.start);
  const rest = /^[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/.exec(text.slice(found.node.span.end));
  // Only one that has its lines to itself: `{a: 1, b: 2}` is the author's to change.
  const hasLines = /^[ \t]*(?:- +)?$/.test(lead);
  const endsLine = rest !== null || text[found.node.span.end - 1] === "\n";
  if (!hasLines || !endsLine) return [];
  const end = found.node.span.end + (text[found.node.span.end - 1] === "\n" ? 0 : (rest?.[0].length ?? 0));
  return [
    fix(
      t('Remove "{0}"', found.name),
      [{ range: document.rangeOf({ start: first, end }), newText: "" }],
      false,
    ),
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
    ...(near === null ? [] : [fix(t('Change to "{0}"', near), [{ range: diagnostic.range, newText: near }])]),
    ...(added === null ? [] : [fix(t('Add "{0}" to the sample values', name), [added], near === null)]),
    ...inputEdit(document, name).map((edit) => fix(t('Add "{0}" to the inputs', name), [edit], false)),
  ];
}

/** Declares the variable where others are declared, in the form that the file has: a list, or a map; none for no inputs. */
function inputEdit(document: PromptDocument, name: string): TextEdit[] {
  const { text } = document;
  const [first] = inputNodes(document.keys);
  if (first === undefined) return [];
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const lineStart = lineStartBefore(text, first.span.start);
  const lead = text.slice(lineStart, first.span.start);
  const isList = /^\d+$/.test(first.key);
  if (!(isList ? /^[ \t]*- +$/ : /^[ \t]*$/).test(lead)) return [];
  const line = isList ? `${lead}name: ${name}${lineEnd}` : `${lead}${name}: {type: string}${lineEnd}`;
  const range = document.rangeOf({ start: lineStart, end: lineStart });
  return [{ range, newText: line }];
}

function sampleEdit(document: PromptDocument, name: string): TextEdit | null {
  const edit = keyEdit(document.text, document.prompt, { block: "sample", key: name, value: '""' });
  return edit === null ? null : { range: document.rangeOf(edit), newText: edit.newText };
}

function keyAt(document: PromptDocument, start: number): KeyNode | null {
  for (const node of eachKey(document.keys)) if (node.keySpan.start === start) return node;
  return null;
}
