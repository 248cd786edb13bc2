// Where a variable is declared and read: definition, references, highlights and rename.
import { t } from "../../../core/base/index.ts";
import type {
  DocumentHighlight,
  Location,
  Position,
  Range,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import {
  GLOBAL_TEXTS,
  namesSetIn,
  type Range as PromptRange,
  type Span,
} from "../../../core/prompts/index.ts";
import type { PromptDocument } from "./promptDocument.ts";

interface Place {
  readonly range: Range;
  readonly isDeclaration: boolean;
}

interface Found {
  readonly name: string;
  /** Where it was asked. */
  readonly range: Range;
  /** In the order of the file. */
  readonly places: readonly Place[];
}

/** A name that Jinja reads as one, and no word of its own. */
const NAME = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;
const WORDS = new Set(["and", "or", "not", "in", "is", "if", "else", "true", "false", "none"]);

export function isTemplateName(name: string): boolean {
  return NAME.test(name) && !WORDS.has(name.toLowerCase());
}

/** The variable at a place; null if there is none. One pass over the places: editors ask at each move of the cursor. */
export function variableAt(document: PromptDocument, position: Position): Found | null {
  const offset = document.offsetAt(position);
  const isHere = ({ start, end }: Span): boolean => offset >= start && offset <= end;
  const found = namedAt(document, isHere);
  if (found === null) return null;
  const { name, span } = found;
  return { name, range: document.rangeOf(span), places: placesOf(document, name) };
}

function namedAt(
  document: PromptDocument,
  isHere: (span: Span) => boolean,
): { readonly name: string; readonly span: Span } | null {
  for (const { name, span } of document.declarations) {
    const word = wordIn(document.text, span);
    if (isHere(word)) return { name, span: word };
  }
  for (const { name, uses } of document.prompt.file.variables) {
    const use = uses.map(spanOf).find(isHere);
    if (use !== undefined) return { name, span: use };
  }
  return null;
}

const spanOf = ({ start, end }: PromptRange): Span => ({ start: start.offset, end: end.offset });

/** Every place that names a variable, in the order of the file. */
export function placesOf(document: PromptDocument, name: string): readonly Place[] {
  const declared = document.declarations
    .filter((declaration) => declaration.name === name)
    .map(({ span }): Place => ({
      range: document.rangeOf(wordIn(document.text, span)),
      isDeclaration: true,
    }));
  const variable = document.prompt.file.variables.find((known) => known.name === name);
  const uses = (variable?.uses ?? []).map((use): Place => ({
    range: document.rangeOf(spanOf(use)),
    isDeclaration: false,
  }));
  return [...declared, ...uses];
}

/** A key or value without its quotes. */
function wordIn(text: string, { start, end }: Span): Span {
  const quote = text[start];
  const isQuoted = (quote === '"' || quote === "'") && text[end - 1] === quote && end - start >= 2;
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}

export function definition(document: PromptDocument, position: Position): Location[] {
  const places = variableAt(document, position)?.places ?? [];
  return places
    .filter(({ isDeclaration }) => isDeclaration)
    .map(({ range }) => ({ uri: document.uri, range }));
}

export function references(
  document: PromptDocument,
  position: Position,
  withDeclarations: boolean,
): Location[] {
  const places = variableAt(document, position)?.places ?? [];
  return places
    .filter(({ isDeclaration }) => withDeclarations || !isDeclaration)
    .map(({ range }) => ({ uri: document.uri, range }));
}

export function highlights(document: PromptDocument, position: Position): DocumentHighlight[] {
  const places = variableAt(document, position)?.places ?? [];
  return places.map(({ range, isDeclaration }) => ({ range, kind: isDeclaration ? 3 : 2 }));
}

export function prepareRename(
  document: PromptDocument,
  position: Position,
): { readonly range: Range; readonly placeholder: string } | null {
  const found = variableAt(document, position);
  return found === null ? null : { range: found.range, placeholder: found.name };
}

/** Why a variable can't get a name, in a sentence; null if it can. */
export function renameProblem(document: PromptDocument, position: Position, name: string): string | null {
  const found = variableAt(document, position);
  if (found === null) return t("There is no variable here.");
  if (!isTemplateName(name))
    return t(
      '"{0}" can\'t be the name of a variable: use letters, digits and underscores, and begin with a letter.',
      name,
    );
  if (name === found.name) return null;
  const { isFromFile } = document.prompt.file.variables.find((known) => known.name === found.name) ?? {};
  if (isFromFile === true && !found.places.some(({ isDeclaration }) => isDeclaration))
    return t('The value of "{0}" is in a file of its own: rename it there first.', found.name);
  if (Object.hasOwn(GLOBAL_TEXTS, name))
    return t('"{0}" is a function of the template language: choose another name.', name);
  // A name that the template sets, as in "for film in films", would be read in place of the variable.
  const { file, template } = document.prompt;
  const others = [...file.variables.map((variable) => variable.name), ...namesSetIn(template)];
  return others.includes(name) ? t('There is a variable "{0}" already: choose another name.', name) : null;
}

export function rename(document: PromptDocument, position: Position, name: string): WorkspaceEdit | null {
  const found = variableAt(document, position);
  if (found === null) return null;
  const edits = found.places.map(({ range }): TextEdit => ({ range, newText: name }));
  return { changes: { [document.uri]: edits } };
}
