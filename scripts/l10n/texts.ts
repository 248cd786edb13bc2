// The texts that people read, found in the sources: what goes through t(), vscode.l10n.t(), several() and the pages'
// templates; and what
// looks like one and goes through none of them.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { textsOf } from "../../core/base/index.ts";

/** Folders whose texts are translated. The command line is English, except for what an editor shows of it. */
export const FOLDERS = ["core", "extension", "server", "webview"] as const;

export function sourcesIn(root: string, folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/"))),
  );
}

/** Every text of the folders, in the order of the alphabet. */
export function translatedTexts(root: string, folders: readonly string[] = FOLDERS): readonly string[] {
  const found = new Set<string>();
  for (const file of sourcesIn(root, folders))
    for (const text of textsIn(file, readFileSync(path.join(root, file), "utf8"))) found.add(text);
  return [...found].toSorted();
}

/** What a source with texts holds; parsing those without would take three times as long. */
const MAY_HOLD_TEXTS = /\b(?:t|several)\(|\b(?:html|svg)\b/;

/** The texts of one source. */
export function textsIn(file: string, source: string): readonly string[] {
  if (!MAY_HOLD_TEXTS.test(source)) return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) found.push(...ofCall(node));
    if (ts.isTaggedTemplateExpression(node) && isTemplate(node))
      found.push(...textsOf(partsOf(node.template)));
    ts.forEachChild(node, visit);
  };
  visit(parsed(file, source));
  return found;
}

function ofCall({ expression, arguments: given }: ts.CallExpression): readonly string[] {
  const called = expression.getText();
  const [first, second, third] = given;
  if (/^(?:t|(?:vscode\.)?l10n\.t)$/.test(called)) return literal(first);
  if (called !== "several") return [];
  const [one] = literal(second);
  const [more = one === undefined ? undefined : `${one}s`] = literal(third);
  return one === undefined || more === undefined ? [] : [`{0} ${one}`, `{0} ${more}`];
}

function literal(node: ts.Node | undefined): readonly string[] {
  return node !== undefined && ts.isStringLiteralLike(node) ? [node.text] : [];
}

function isTemplate({ tag }: ts.TaggedTemplateExpression): boolean {
  return /^(?:html|svg)$/.test(tag.getText());
}

function partsOf(template: ts.TemplateLiteral): readonly string[] {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return [template.text];
  return [template.head.text, ...template.templateSpans.map(({ literal: { text } }) => text)];
}

function parsed(file: string, source: string): ts.SourceFile {
  return ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
}

/** Texts of several words, or beside translated ones, that go through nothing: they would stay English in every language. */
export function untranslatedIn(file: string, source: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isTaggedTemplateExpression(node)) {
      if (!ts.isNoSubstitutionTemplateLiteral(node.template))
        for (const { expression } of node.template.templateSpans) visit(expression);
      return;
    }
    if (ts.isStringLiteralLike(node)) add(node, node.text);
    if (ts.isTemplateExpression(node)) add(node, partsOf(node).join("{}"));
    ts.forEachChild(node, visit);
  };
  const add = (node: ts.Node, text: string): void => {
    if ((isSentence(text) || isBesideTranslated(node)) && !isInside(node)) found.push(text);
  };
  visit(parsed(file, source));
  return found;
}

/** Three words of letters: names, selectors and most classes have fewer. */
function isSentence(text: string): boolean {
  const words = text.replaceAll("{}", " ").trim();
  return /\p{L}{2,}[,:;]? \p{L}+[,:;]? \p{L}{2,}/u.test(words) && !/[{};<>=]|--|\bvar\(/.test(words);
}

/** Properties whose words are for programs. */
const WORDS_OF_PROGRAMS =
  /^(?:blame|severity|code|kind|key|id|name|type|of|command|look|metric|scope|default|nullWord|icon|term|example)$/;
/** The same in all languages. */
const UNITS = /^(?:EDL|ms\/token)$/;

/**
 * Whether a text of any length is one of several of which the others are translated: a value of a table of texts, or the same
 * property as in the other items of a list.
 */
function isBesideTranslated(node: ts.Node): boolean {
  const property = node.parent;
  if (!ts.isPropertyAssignment(property) || property.initializer !== node) return false;
  const name = property.name.getText();
  const text = ts.isStringLiteral(node) ? node.text : "";
  if (WORDS_OF_PROGRAMS.test(name) || UNITS.test(text) || !/\p{L}{3}/u.test(text)) return false;
  const table = property.parent;
  const values = table.properties.map((one) => (ts.isPropertyAssignment(one) ? one.initializer : null));
  if (
    values.length > 2 &&
    values.every((value) => value !== null && (isTranslation(value) || ts.isStringLiteral(value)))
  )
    return values.some((value) => value !== null && isTranslation(value));
  if (!ts.isArrayLiteralExpression(table.parent)) return false;
  return table.parent.elements
    .flatMap((item) => (ts.isObjectLiteralExpression(item) ? item.properties : []))
    .some(
      (one) => ts.isPropertyAssignment(one) && one.name.getText() === name && isTranslation(one.initializer),
    );
}

function isTranslation(node: ts.Node): boolean {
  return ts.isCallExpression(node) && /^(?:t|(?:vscode\.)?l10n\.t)$/.test(node.expression.getText());
}

/** Whether it goes through a translation, or is read by no one: an error of the program, a line of the log. */
function isInside(node: ts.Node): boolean {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    // What a template does wrong is shown to its author.
    if (ts.isNewExpression(at) && /(?<!Render)Error$/.test(at.expression.getText())) return true;
    if (!ts.isCallExpression(at)) continue;
    const called = at.expression.getText();
    if (/^(?:t|several|(?:vscode\.)?l10n\.t)$/.test(called)) return true;
    if (/(?:^|\.)(?:log|info|warn|debug|onLine|assert|querySelector(?:All)?|closest|matches)$/.test(called))
      return true;
  }
  return false;
}
