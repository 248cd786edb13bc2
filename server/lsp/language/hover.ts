// Hovers: what a key means, what a variable holds, what a filter, test or statement does.
import { MarkupKind, type Hover, type Position } from "vscode-languageserver/node";
import { plainMarkdown, several, t } from "../../../core/base/index.ts";
import {
  eachKey,
  FILTER_TEXTS,
  GLOBAL_TEXTS,
  LOOP_TEXTS,
  namesSetIn,
  sampleValueAt,
  STATEMENT_TEXTS,
  templateCursor,
  templateWords,
  TEST_TEXTS,
  type PromptValue,
  type TemplateWord,
} from "../../../core/prompts/index.ts";
import type { Features } from "./completion.ts";
import { meaningOf } from "./meanings.ts";
import type { PromptDocument } from "./promptDocument.ts";
import { variableAt } from "./variables.ts";

/** Counts the tokens of a text with the model's own tokenizer; null while no count is known. */
export type CountTokens = (text: string) => Promise<number | null>;

export async function hover(
  document: PromptDocument,
  position: Position,
  { laserOnly }: Features,
  count: CountTokens,
): Promise<Hover | null> {
  const offset = document.offsetAt(position);
  const key = keyHover(document, offset, laserOnly);
  if (key !== null || laserOnly) return key;
  const variable = variableAt(document, position);
  if (variable !== null) {
    const known = document.prompt.file.variables.find(({ name }) => name === variable.name);
    if (known === undefined) return null;
    const text = variableText(known);
    const tokens = known.value === null ? null : await count(asText(known.value));
    const counted = tokens === null ? "" : `\n\n${several(tokens, "token")}`;
    return { contents: { kind: MarkupKind.Markdown, value: text + counted }, range: variable.range };
  }
  return document.isInFrontMatter(offset) ? null : wordHover(document, offset);
}

function keyHover(document: PromptDocument, offset: number, laserOnly: boolean): Hover | null {
  if (!document.isInFrontMatter(offset)) return null;
  for (const node of eachKey(document.keys)) {
    if (offset < node.keySpan.start || offset > node.keySpan.end) continue;
    if (laserOnly && node.path[0] !== "laser") continue;
    const meaning = meaningOf(node.path);
    if (meaning === null) continue;
    // It contains names of inputs, as the author wrote them.
    const value = `**${plainMarkdown(node.path.join("."))}**\n\n${meaning.text}`;
    return { contents: { kind: MarkupKind.Markdown, value }, range: document.rangeOf(node.keySpan) };
  }
  return null;
}

function variableText({
  name,
  value,
  uses,
  declared,
  isFromFile,
  required,
}: PromptDocument["prompt"]["file"]["variables"][number]): string {
  const head = t(
    "**{0}**: variable, used {1}",
    plainMarkdown(name),
    uses.length === 1 ? t("once") : several(uses.length, "time"),
  );
  if (value === null) {
    const need = required
      ? t("A value is needed to run the prompt.")
      : t("The prompt works without a value.");
    return `${head}\n\n${declared === null ? t("Not declared.") : t("No value.")} ${need}`;
  }
  return `${head}\n\n${isFromFile ? t("Value from a file") : t("Sample value")}:\n\n${fenced(asText(value))}`;
}

const LONGEST_VALUE = 600;

/** As a code block, which no text of a value can end. */
function fenced(text: string): string {
  const shown = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
  const longest = Math.max(2, ...(shown.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${shown}\n${fence}`;
}

function asText(value: PromptValue): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1);
}

function wordHover(document: PromptDocument, offset: number): Hover | null {
  const { template, bodyOffset } = document.prompt;
  for (const found of templateWords(template)) {
    if (bodyOffset + found.end < offset || bodyOffset + found.start > offset) continue;
    const text = wordText(found) ?? valueText(document, found);
    if (text === null) continue;
    const range = document.rangeOf({ start: bodyOffset + found.start, end: bodyOffset + found.end });
    return { contents: { kind: MarkupKind.Markdown, value: text }, range };
  }
  return null;
}

/** Of a part of a value, and of a name that the template sets itself: what it holds by the sample values. */
function valueText({ text, prompt }: PromptDocument, { kind, word, end }: TemplateWord): string | null {
  if (kind !== "property" && kind !== "variable") return null;
  const { template, bodyOffset } = prompt;
  const cursor = templateCursor(text, bodyOffset, bodyOffset + end);
  const above = cursor.kind === "part" ? cursor.of : [];
  if (kind === "property" && above.join(".") === "loop" && Object.hasOwn(LOOP_TEXTS, word))
    return `**loop.${word}**\n\n${LOOP_TEXTS[word]!}`;
  const isOwn = kind === "variable" && namesSetIn(template).includes(word);
  const value = sampleValueAt(prompt, [...above, word], end);
  if (value === undefined && !isOwn) return null;
  const name = plainMarkdown([...above, word].join("."));
  const head = isOwn ? t("**{0}**: set in the template", name) : `**${name}**`;
  return value === undefined ? head : `${head}\n\n${t("Sample value")}:\n\n${fenced(asText(value))}`;
}

function wordText({ kind, word }: TemplateWord): string | null {
  const describe = (what: string, texts: Readonly<Record<string, string>>): string | null =>
    Object.hasOwn(texts, word) ? `**${word}**: ${what}\n\n${texts[word]!}` : null;
  if (kind === "filter") return describe(t("filter"), FILTER_TEXTS);
  if (kind === "test") return describe(t("test"), TEST_TEXTS);
  if (kind === "keyword") return describe(t("statement"), STATEMENT_TEXTS);
  return kind === "function" ? describe(t("function"), GLOBAL_TEXTS) : null;
}
