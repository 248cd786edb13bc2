// Completion: keys and values of the front matter, and the names, filters, tests and statements of the template.
import { t } from "../../../core/base/index.ts";
import {
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type CompletionItem,
  type Position,
  type Range,
} from "vscode-languageserver/node";
import {
  FILTER_TEXTS,
  GLOBAL_TEXTS,
  holdsVariables,
  keyCursor,
  isValueMap,
  LOOP_TEXTS,
  namesSetIn,
  sampleValueAt,
  STATEMENT_TEXTS,
  templateCursor,
  TEST_TEXTS,
  yamlText,
  type PromptValue,
  type TemplateCursor,
} from "../../../core/prompts/index.ts";
import { laserKeyOf } from "../../../core/settings/index.ts";
import { keysBelow, KEY_KIND, meaningOf, wordsFor, type KeyMeaning } from "./meanings.ts";
import { poolFilesBeside } from "./poolFiles.ts";
import type { PromptDocument } from "./promptDocument.ts";
import { isTemplateName } from "./variables.ts";
import { valueSpan } from "./valueSpan.ts";

export interface Features {
  /** Whether the `laser:` block alone is ours, beside an extension that serves the rest. */
  readonly laserOnly: boolean;
}

/** What exists outside the document. Both are asked only where such a name is being written. */
export interface Existing {
  /** The groups of the pool that the prompt drafts from. */
  readonly groups: (document: PromptDocument) => Promise<readonly string[]>;
  /** Names of models, each with what is known of it. */
  readonly models: (document: PromptDocument) => Promise<readonly NamedModel[]>;
}
export interface NamedModel {
  readonly name: string;
  readonly detail: string;
}

export async function completion(
  document: PromptDocument,
  position: Position,
  { laserOnly }: Features,
  existing: Existing,
): Promise<CompletionItem[]> {
  const offset = document.offsetAt(position);
  if (document.isInFrontMatter(offset)) return frontMatterItems(document, offset, laserOnly, existing);
  return laserOnly || offset < document.prompt.bodyOffset ? [] : templateItems(document, offset);
}

async function frontMatterItems(
  document: PromptDocument,
  offset: number,
  laserOnly: boolean,
  existing: Existing,
): Promise<CompletionItem[]> {
  const { yaml } = document.prompt;
  if (yaml === null) return [];
  const { above, valueOf, word, siblings, isFlow } = keyCursor(document.text, yaml, offset);
  if (valueOf !== null) {
    if (laserOnly && above[0] !== "laser") return [];
    const path = [...above, valueOf];
    const named = await namedItems(document, offset, path, isFlow, existing);
    if (named !== null) return named;
    const meaning = meaningOf(path);
    return meaning === null ? [] : valueItems(document, meaning, word);
  }
  const range = document.rangeOf(word);
  const names = variablesBelow(document, above);
  const present = new Set(siblings.map((key) => (above[0] === "laser" ? laserKeyOf(key) : key)));
  if (names !== null && !laserOnly)
    return names.filter((name) => !present.has(name)).map((name) => keyItem(variableKey(name), range, 0));
  const isOurs = (key: string): boolean => !laserOnly || (above[0] ?? key) === "laser";
  const keys = (keysBelow(above) ?? []).filter(({ key }) => !present.has(key) && isOurs(key));
  return keys.map((meaning, index) => keyItem(meaning, range, index));
}

/** Variables that the template reads, where keys are their names; null elsewhere. */
function variablesBelow(document: PromptDocument, above: readonly string[]): readonly string[] | null {
  if (!holdsVariables(above)) return null;
  return document.prompt.file.variables.filter(({ uses }) => uses.length > 0).map(({ name }) => name);
}

function variableKey(key: string): KeyMeaning {
  return { key, text: t("A variable that the template reads."), setting: null, takes: "value" };
}

function keyItem({ key, text, takes }: KeyMeaning, range: Range, order: number): CompletionItem {
  const newText = takes === "keys" ? `${key}:\n  $0` : `${key}: $0`;
  return {
    label: key,
    kind: KEY_KIND,
    documentation: { kind: MarkupKind.Markdown, value: text },
    sortText: String(order).padStart(4, "0"),
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: { range, newText },
  };
}

/** Names of files, groups and models that exist, where one is being written; null elsewhere. */
async function namedItems(
  document: PromptDocument,
  offset: number,
  path: readonly string[],
  isFlow: boolean,
  existing: Existing,
): Promise<CompletionItem[] | null> {
  const range = (): Range => document.rangeOf(valueSpan(document.text, offset, isFlow));
  const itemOf = (kind: CompletionItemKind, name: string, detail?: string): CompletionItem => {
    const start = document.offsetAt(range().start);
    const newText = `${document.text[start - 1] === ":" ? " " : ""}${yamlText(name, isFlow)}`;
    // Editors look for what is written already, its quotes included.
    const written = document.text.slice(start, offset).trim();
    return {
      ...{ label: name, kind, textEdit: { range: range(), newText } },
      ...(detail !== undefined && { detail }),
      ...(/^["']/.test(written) && { filterText: `${written[0]!}${name}` }),
    };
  };
  switch (path.join(".")) {
    case "laser.pool":
      return poolFilesBeside(document.uri).map((file) => itemOf(CompletionItemKind.File, file));
    case "laser.group":
      return (await existing.groups(document)).map((group) => itemOf(CompletionItemKind.EnumMember, group));
    case "model":
    case "model.id":
    case "model.name":
      return (await existing.models(document)).map(({ name, detail }) =>
        itemOf(CompletionItemKind.Value, name, detail),
      );
    default:
      return null;
  }
}

function valueItems(
  document: PromptDocument,
  meaning: KeyMeaning,
  word: { readonly start: number; readonly end: number },
): CompletionItem[] {
  const range = document.rangeOf(word);
  const words = Object.entries(wordsFor(meaning)).map(([label, text], index): CompletionItem => ({
    label,
    kind: CompletionItemKind.EnumMember,
    ...(text === "" ? {} : { documentation: { kind: MarkupKind.Markdown, value: text } }),
    sortText: String(index).padStart(4, "0"),
    textEdit: { range, newText: label },
  }));
  const { setting } = meaning;
  if (words.length > 0 || setting === null || typeof setting.default !== "number") return words;
  const label = String(setting.default);
  return [
    { label, kind: CompletionItemKind.Value, detail: t("default"), textEdit: { range, newText: label } },
  ];
}

const ROLES = {
  system: t("Instructions for the whole answer."),
  user: t("The user's question or request."),
  assistant: t("An answer, as an example."),
};

function templateItems(document: PromptDocument, offset: number): CompletionItem[] {
  const { prompt, text } = document;
  const cursor = templateCursor(text, prompt.bodyOffset, offset);
  switch (cursor.kind) {
    case "text":
      return [];
    case "lineStart":
      return itemsOf(ROLES, CompletionItemKind.Class, document, cursor, (role) => `${role}:\n`);
    case "filter":
      return itemsOf(FILTER_TEXTS, CompletionItemKind.Function, document, cursor);
    case "test":
      return itemsOf(TEST_TEXTS, CompletionItemKind.Function, document, cursor);
    case "statement":
      return itemsOf(STATEMENT_TEXTS, CompletionItemKind.Keyword, document, cursor);
    case "part":
      return partItems(document, cursor);
    case "value":
      return [
        ...variableItems(document, cursor),
        ...itemsOf(GLOBAL_TEXTS, CompletionItemKind.Function, document, cursor),
      ];
  }
}

type WithWord = Extract<TemplateCursor, { readonly word: object }>;

function itemsOf(
  texts: Readonly<Record<string, string>>,
  kind: CompletionItemKind,
  document: PromptDocument,
  { word }: WithWord,
  inserted: (label: string) => string = (label) => label,
): CompletionItem[] {
  const range = document.rangeOf(word);
  return Object.entries(texts).map(([label, value], index) => ({
    ...{ label, kind },
    documentation: { kind: MarkupKind.Markdown, value },
    sortText: `1${String(index).padStart(4, "0")}`,
    textEdit: { range, newText: inserted(label) },
  }));
}

function variableItems(document: PromptDocument, { word }: WithWord): CompletionItem[] {
  const { file, template } = document.prompt;
  const range = document.rangeOf(word);
  const here = document.text.slice(word.start, word.end);
  const declared = file.variables.filter(
    ({ declared, uses, name }) => declared !== null || uses.length > (name === here ? 1 : 0),
  );
  const items = declared.map(({ name, value }): CompletionItem => ({
    label: name,
    kind: CompletionItemKind.Variable,
    ...(value === null ? {} : { detail: shortValue(value) }),
    sortText: `0${name}`,
    textEdit: { range, newText: name },
  }));
  const known = new Set(declared.map(({ name }) => name));
  const own = namesSetIn(template).filter((name) => !known.has(name));
  return [
    ...items,
    ...own.map((name): CompletionItem => ({
      label: name,
      kind: CompletionItemKind.Variable,
      detail: t("set in the template"),
      sortText: `0${name}`,
      textEdit: { range, newText: name },
    })),
  ];
}

/** The keys of a value that is a map, as its sample has them; what a loop offers about itself. */
function partItems(
  document: PromptDocument,
  cursor: Extract<TemplateCursor, { readonly kind: "part" }>,
): CompletionItem[] {
  const { of, word } = cursor;
  const value = sampleValueAt(document.prompt, of, word.start - document.prompt.bodyOffset);
  if (value === undefined && of.length === 1 && of[0] === "loop")
    return itemsOf(LOOP_TEXTS, CompletionItemKind.Field, document, cursor);
  if (!isValueMap(value)) return [];
  const range = document.rangeOf(word);
  const named = Object.entries(value).filter(([label]) => isTemplateName(label));
  return named.map(([label, inner]) => ({
    label,
    kind: CompletionItemKind.Field,
    detail: shortValue(inner),
    textEdit: { range, newText: label },
  }));
}

const LONGEST_VALUE = 60;

export function shortValue(value: PromptValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE - 1)}…` : line;
}
