// Reads what a source file imports, with TypeScript's own parser: static, type-only, dynamic and re-exports.
// It must not know which imports are allowed.
import ts from "typescript";

export interface ImportEdge {
  /** What stands in the quotes; null where it is no plain text and so cannot be judged. */
  readonly specifier: string | null;
  /** Counted from 1. */
  readonly line: number;
  /** Nothing of it remains when types are removed. */
  readonly typeOnly: boolean;
}

/** Every import of one file, in the order of the text. `file` only decides how the text is parsed. */
export function importEdges(file: string, text: string): ImportEdge[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const edges: ImportEdge[] = [];
  const add = (position: number, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    const plain = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : null;
    edges.push({ specifier: plain, line: source.getLineAndCharacterOfPosition(position).line + 1, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    const position = node.getStart(source);
    // `import {type A} from "x"` is no type-only import: under verbatimModuleSyntax it still loads x.
    if (ts.isImportDeclaration(node)) {
      add(position, node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier !== undefined) add(position, node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isExternalModuleReference(node)) add(position, node.expression, false);
    else if (ts.isImportTypeNode(node)) {
      add(position, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    } else if (ts.isCallExpression(node) && isLoadingCall(node)) add(position, node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  // `/// <reference …>` brings in a file or its globals without an import: types of Node in a pure folder, say.
  for (const reference of [...source.referencedFiles, ...source.typeReferenceDirectives]) {
    const line = source.getLineAndCharacterOfPosition(reference.pos).line + 1;
    edges.push({ specifier: reference.fileName, line, typeOnly: true });
  }
  return edges;
}

/** `import(x)`, `require(x)`, `require.resolve(x)`, `import.meta.resolve(x)`. */
function isLoadingCall(node: ts.CallExpression): boolean {
  const callee = node.expression;
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isIdentifier(callee)) return callee.text === "require";
  return ts.isPropertyAccessExpression(callee) && /^(require|import\.meta)\.resolve$/.test(callee.getText());
}
