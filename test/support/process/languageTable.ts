// What the language features of the real server answer for a small document with a mark in it. ‸ is the place that is asked
// about; it is taken out of the text. Answers are written as short texts, so that tables can be read.
import assert from "node:assert/strict";
import { afterAll, beforeAll, test, type TestContext } from "vitest";
import type {
  CodeAction,
  CompletionItem,
  Diagnostic,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  Range,
  SemanticTokens,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { LEGEND } from "../../../server/lsp/language/semanticTokens.ts";
import { readyServer, type ServerClient, type ServerSetup } from "./serverClient.ts";

export const MARK = "‸";

export type Question =
  | "completion"
  | `complete ${string}`
  | "hover"
  | "diagnostics"
  | "symbols"
  | "folding"
  | "definition"
  | "references"
  | "tokens"
  | "formatting"
  | "fixes"
  | `rename ${string}`
  | `fix ${number}`;

export interface LanguageRow {
  readonly name: string;
  /** With ‸ where a place is asked about. */
  readonly document: string;
  readonly ask: Question;
  /**
   * The whole answer; with `has`, what each of its parts must contain. Completions are labels, edits the text that they
   * give, ranges the text in them with its line.
   */
  readonly is?: readonly string[] | string;
  readonly has?: readonly string[];
  readonly hasNot?: readonly string[];
}

/** One test per row, against one server for the whole table. */
export function languageTable(subject: string, rows: readonly LanguageRow[], setup: ServerSetup = {}): void {
  let server: ServerClient | null = null;
  const ends: (() => unknown)[] = [];
  const context = { onTestFinished: (end: () => unknown) => ends.push(end) } as unknown as TestContext;
  beforeAll(async () => {
    server = await readyServer(context, setup);
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
  });
  for (const [index, row] of rows.entries()) {
    test(`${subject}: ${row.name}`, async () => {
      assert.ok(server !== null);
      assert.ok(row.is !== undefined || row.has !== undefined || row.hasNot !== undefined);
      const uri = `untitled:${subject.replace(/\W/g, "-")}-${index}.prompty`;
      const answer = await ask(server, uri, row.document, row.ask);
      if (row.is !== undefined)
        assert.deepEqual(answer, typeof row.is === "string" ? [row.is] : row.is, answer.join("\n"));
      for (const part of row.has ?? [])
        assert.ok(
          answer.some((text) => text.includes(part)),
          `no "${part}" in:\n${answer.join("\n")}`,
        );
      for (const part of row.hasNot ?? [])
        assert.ok(!answer.some((text) => text.includes(part)), `"${part}" in:\n${answer.join("\n")}`);
    });
  }
}

/** Opens a document, asks, closes it. */
export async function ask(
  server: ServerClient,
  uri: string,
  marked: string,
  question: Question,
): Promise<readonly string[]> {
  const offset = marked.indexOf(MARK);
  const text = marked.replace(MARK, "");
  const document = TextDocument.create(uri, "prompty", 1, text);
  const receivedBefore = server.received.length;
  await server.connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "prompty", version: 1, text },
  });
  try {
    const position = document.positionAt(Math.max(0, offset));
    return await answerTo(server, document, position, question, receivedBefore);
  } finally {
    await server.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }
}

async function answerTo(
  server: ServerClient,
  document: TextDocument,
  position: { readonly line: number; readonly character: number },
  question: Question,
  receivedBefore: number,
): Promise<readonly string[]> {
  const textDocument = { uri: document.uri };
  const send = <Result>(method: string, more: object = {}): Promise<Result> =>
    server.connection.sendRequest<Result>(`textDocument/${method}`, { textDocument, position, ...more });
  const [verb = "", argument = ""] = question.split(/ (.*)/s);
  switch (verb) {
    case "completion":
      return (await send<CompletionItem[]>("completion")).map(({ label }) => label);
    case "complete": {
      const chosen = (await send<CompletionItem[]>("completion")).find(({ label }) => label === argument);
      assert.ok(chosen?.textEdit !== undefined && "range" in chosen.textEdit, `no completion "${argument}"`);
      return [applied(document, [chosen.textEdit])];
    }
    case "hover": {
      const found = await send<Hover | null>("hover");
      if (found === null) return [];
      const { contents, range } = found;
      const value = (contents as { value: string }).value;
      return [`${range === undefined ? "" : document.getText(range)}: ${value}`];
    }
    case "diagnostics":
      return (await diagnosticsOf(server, document, receivedBefore)).map((found) =>
        diagnosticText(document, found),
      );
    case "symbols":
      return (await send<DocumentSymbol[]>("documentSymbol")).flatMap((symbol) => symbolTexts(symbol, ""));
    case "folding":
      return (await send<FoldingRange[]>("foldingRange")).map(
        ({ startLine, endLine }) => `${startLine}–${endLine}`,
      );
    case "definition":
      return (await send<Location[]>("definition")).map(({ range }) => rangeText(document, range));
    case "references":
      return (await send<Location[]>("references", { context: { includeDeclaration: true } })).map(
        ({ range }) => rangeText(document, range),
      );
    case "tokens":
      return tokenTexts(document, await send<SemanticTokens>("semanticTokens/full"));
    case "formatting":
      return [
        applied(
          document,
          await send<TextEdit[]>("formatting", { options: { tabSize: 2, insertSpaces: true } }),
        ),
      ];
    case "rename":
      return send<WorkspaceEdit | null>("rename", { newName: argument }).then(
        (edit) => [applied(document, edit?.changes?.[document.uri] ?? [])],
        (error: unknown) => [`refused: ${(error as Error).message}`],
      );
    case "fixes":
    case "fix": {
      const diagnostics = await diagnosticsOf(server, document, receivedBefore);
      const range = { start: position, end: position };
      const actions = await send<CodeAction[]>("codeAction", { range, context: { diagnostics } });
      if (verb === "fixes") return actions.map(({ title }) => title);
      return [applied(document, actions[Number(argument)]?.edit?.changes?.[document.uri] ?? [])];
    }
    default:
      throw new Error(`no question "${question}"`);
  }
}

function diagnosticsOf(
  server: ServerClient,
  { uri }: TextDocument,
  from: number,
): Promise<readonly Diagnostic[]> {
  return server.until(
    (received) =>
      received.kind === "diagnostics" && received.published.uri === uri && received.published.version === 1
        ? received.published.diagnostics
        : null,
    from,
  );
}

function diagnosticText(document: TextDocument, { code, severity, range, message }: Diagnostic): string {
  return `${String(code)}${severity === 1 ? "!" : ""} ${rangeText(document, range)}: ${typeof message === "string" ? message : message.value}`;
}

/** "2:name" is the word `name` on line 2, counted from 0. */
function rangeText(document: TextDocument, range: Range): string {
  return `${range.start.line}:${document.getText(range)}`;
}

function symbolTexts({ name, detail, children }: DocumentSymbol, indent: string): string[] {
  const own = `${indent}${name}${detail === undefined ? "" : ` = ${detail}`}`;
  return [own, ...(children ?? []).flatMap((child) => symbolTexts(child, `${indent}  `))];
}

function tokenTexts(document: TextDocument, { data }: SemanticTokens): string[] {
  const found: string[] = [];
  let [line, character] = [0, 0];
  for (let at = 0; at + 4 < data.length; at += 5) {
    const [lines = 0, characters = 0, length = 0, type = 0] = data.slice(at, at + 4);
    character = lines === 0 ? character + characters : characters;
    line += lines;
    const range = { start: { line, character }, end: { line, character: character + length } };
    found.push(`${LEGEND.tokenTypes[type] ?? "?"} ${document.getText(range)}`);
  }
  return found;
}

function applied(document: TextDocument, edits: readonly TextEdit[]): string {
  return TextDocument.applyEdits(document, [...edits]);
}
