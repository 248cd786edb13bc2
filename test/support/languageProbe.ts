// Asks every language feature of a text, and checks that every returned range is inside it.
import assert from "node:assert/strict";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Position, Range } from "vscode-languageserver/node";
import { codeActions } from "../../server/lsp/language/codeActions.ts";
import { completion } from "../../server/lsp/language/completion.ts";
import { formatting } from "../../server/lsp/language/formatting.ts";
import { hover } from "../../server/lsp/language/hover.ts";
import { foldingRanges, symbols } from "../../server/lsp/language/outline.ts";
import { PromptDocument } from "../../server/lsp/language/promptDocument.ts";
import { LEGEND, semanticTokens } from "../../server/lsp/language/semanticTokens.ts";
import { definition, references, rename } from "../../server/lsp/language/variables.ts";
import { diagnosticsIn } from "../../server/lsp/diagnostics.ts";

const FEATURES = { laserOnly: false };
const NOTHING_EXISTS = { groups: () => Promise.resolve([]), models: () => Promise.resolve([]) };
const URI = "untitled:probe.prompty";

/** How many ranges were checked. @throws what a feature threw, or the first range that is not in the text */
export async function probe(text: string, offset: number): Promise<number> {
  const source = TextDocument.create(URI, "prompty", 1, text);
  const document = new PromptDocument(source);
  const position = source.positionAt(offset);
  const diagnostics = diagnosticsIn(document, FEATURES);
  const ranges: Range[] = [
    ...diagnostics.map(({ range }) => range),
    ...(await completion(document, position, FEATURES, NOTHING_EXISTS)).flatMap(({ textEdit }) =>
      textEdit !== undefined && "range" in textEdit ? [textEdit.range] : [],
    ),
    ...definition(document, position).map(({ range }) => range),
    ...references(document, position, true).map(({ range }) => range),
    ...Object.values(rename(document, position, "renamed")?.changes ?? {})
      .flat()
      .map(({ range }) => range),
    ...formatting(document, 2).map(({ range }) => range),
    ...foldingRanges(document).map(({ startLine, endLine }) => lines(startLine, endLine)),
  ];
  const hovered = (await hover(document, position, FEATURES, () => Promise.resolve(null)))?.range;
  if (hovered !== undefined) ranges.push(hovered);
  for (const symbol of all(symbols(document))) {
    ranges.push(symbol.range, symbol.selectionRange);
    // Editors refuse an outline otherwise.
    assert.ok(
      isInside(source, symbol.selectionRange, symbol.range),
      `${symbol.name} is selected outside its range`,
    );
  }
  for (const { edit } of codeActions(document, diagnostics, FEATURES))
    ranges.push(
      ...Object.values(edit?.changes ?? {})
        .flat()
        .map(({ range }) => range),
    );
  for (const range of ranges) checkRange(source, range);
  checkTokens(source, semanticTokens(document).data);
  return ranges.length;
}

const lines = (first: number, last: number): Range => ({
  start: { line: first, character: 0 },
  end: { line: last, character: 0 },
});

interface Tree {
  readonly name: string;
  readonly range: Range;
  readonly selectionRange: Range;
  readonly children?: readonly Tree[];
}

function all(nodes: readonly Tree[]): readonly Tree[] {
  return nodes.flatMap((node) => [node, ...all(node.children ?? [])]);
}

/** A position that is in the text is the same one after a way to its offset and back. */
function checkPosition(source: TextDocument, position: Position): number {
  const offset = source.offsetAt(position);
  const again = source.positionAt(offset);
  // Between \r and \n, and after the last character of a line, editors put a place at the line's end.
  assert.equal(again.line, position.line, JSON.stringify(position));
  assert.ok(
    again.character <= position.character && position.line < source.lineCount,
    JSON.stringify(position),
  );
  return offset;
}

function checkRange(source: TextDocument, { start, end }: Range): void {
  assert.ok(checkPosition(source, start) <= checkPosition(source, end), JSON.stringify({ start, end }));
}

function isInside(source: TextDocument, inner: Range, outer: Range): boolean {
  return (
    source.offsetAt(inner.start) >= source.offsetAt(outer.start) &&
    source.offsetAt(inner.end) <= source.offsetAt(outer.end)
  );
}

function checkTokens(source: TextDocument, data: readonly number[]): void {
  let [line, character] = [0, 0];
  for (let at = 0; at < data.length; at += 5) {
    const [down = 0, right = 0, length = 0, type = 0] = data.slice(at, at + 4);
    assert.ok(down >= 0 && right >= 0 && length > 0 && type < LEGEND.tokenTypes.length);
    character = down === 0 ? character + right : right;
    line += down;
    checkRange(source, { start: { line, character }, end: { line, character: character + length } });
  }
}
