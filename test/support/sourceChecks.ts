// Judges one source file against the rules of form that lint cannot or does not see: text in, problems out.
// It must not know which files there are or which are exempt.
import ts from "typescript";

export const MOST_LINES = 500;

/** Lines as an editor counts them; a last line break ends a line and begins none. */
export function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

export function lengthProblems(text: string): string[] {
  const lines = lineCount(text);
  return lines <= MOST_LINES ? [] : [`has ${lines} lines, over ${MOST_LINES}`];
}

/** `// @ts-check` says nothing to a reader: behind it, and behind a shebang, the comment must still come. */
export function openingProblems(text: string): string[] {
  const [first] = text.split("\n").filter((line) => !line.startsWith("#!") && line.trim() !== "// @ts-check");
  return first !== undefined && /^\/\/ \S.{10}/.test(first)
    ? []
    : ["does not open with a // comment on its subject"];
}

export function exportProblems(file: string, text: string): string[] {
  const source = parse(file, text);
  return source.statements.flatMap((node) => {
    const isDefault =
      (ts.isExportAssignment(node) && node.isExportEquals !== true) ||
      (ts.canHaveModifiers(node) &&
        ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true) ||
      (ts.isExportDeclaration(node) &&
        node.exportClause !== undefined &&
        ts.isNamedExports(node.exportClause) &&
        node.exportClause.elements.some(({ name }) => name.text === "default"));
    return isDefault ? [`line ${lineOf(source, node)}: default export`] : [];
  });
}

/** Places where type checking is switched off: `any`, in code and in JSDoc, and comments that silence errors (lint: without `-- reason`). */
export function typeEscapeProblems(file: string, text: string): string[] {
  const source = parse(file, text);
  const problems: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword || node.kind === ts.SyntaxKind.JSDocAllType) {
      problems.push(`line ${lineOf(source, node)}: any`);
    }
    for (const doc of ts.getJSDocCommentsAndTags(node)) if (doc.parent === node) visit(doc);
    ts.forEachChild(node, visit);
  };
  visit(source);
  text.split("\n").forEach((line, index) => {
    const silenced =
      /(?:\/\/|\/\*)\s*(@ts-(?:ignore|nocheck|expect-error)|eslint-disable(?!.* -- \S)\S*)/.exec(line);
    if (silenced !== null) problems.push(`line ${index + 1}: ${silenced[1] ?? ""}`);
  });
  return problems;
}

/** Paths of one machine: they mean nothing, or tell too much, on every other. */
export function machinePathProblems(text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const found = /(?<![\w.~}-])\/(?:home|root|work|tmp|Users)\/[^\s"'`)]*/.exec(line);
    return found === null ? [] : [`line ${index + 1}: ${found[0]}`];
  });
}

/**
 * The packages that a document gives reasons for: the names in backticks at the head of list items, in the section
 * whose heading holds "why each dependency".
 */
export function explainedPackages(document: string): string[] {
  const [, section = ""] = document.split(/^#+ .*why each dependency.*$/im);
  const [own = ""] = section.split(/^#+ /m);
  return [...own.matchAll(/^[-*] +`([^`]+)`/gm)].map((match) => match[1] ?? "");
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
}

function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}
