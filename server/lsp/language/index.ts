// The prompt language over the protocol's standard methods. It decides nothing: each feature has its own file.
import {
  CodeActionKind,
  ErrorCodes,
  ResponseError,
  type Connection,
  type ServerCapabilities,
  type TextDocumentPositionParams,
  type TextDocuments,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { codeActions } from "./codeActions.ts";
import { completion, type Existing, type Features } from "./completion.ts";
import { formatting } from "./formatting.ts";
import { hover, type CountTokens } from "./hover.ts";
import { foldingRanges, symbols } from "./outline.ts";
import { PromptDocuments, type PromptDocument } from "./promptDocument.ts";
import { LEGEND, semanticTokens } from "./semanticTokens.ts";
import { definition, highlights, prepareRename, references, rename, renameProblem } from "./variables.ts";

export { PromptDocuments, type PromptDocument } from "./promptDocument.ts";
export { TokenCounts } from "./tokenCounts.ts";
export { PromptPools } from "./promptPools.ts";
export type { Existing, Features, NamedModel } from "./completion.ts";

export const LANGUAGE = "prompty";

/** Beside an extension that serves prompt files, only what the `laser:` block has a use for. */
export function capabilitiesOf({ laserOnly }: Features): ServerCapabilities {
  const ours: ServerCapabilities = {
    completionProvider: { triggerCharacters: ["{", "%", "|", ".", " ", "\n", "/"] },
    hoverProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  };
  if (laserOnly) return ours;
  return {
    ...ours,
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    documentFormattingProvider: true,
    semanticTokensProvider: { legend: LEGEND, full: true },
  };
}

export interface LanguageSetup {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly prompts: PromptDocuments;
  /** Known once the client has identified itself. */
  readonly features: () => Features;
  readonly countTokens: CountTokens;
  readonly existing: Existing;
}

export function serveLanguage({
  connection,
  documents,
  prompts,
  features,
  countTokens,
  existing,
}: LanguageSetup): void {
  const promptOf = (uri: string): PromptDocument | null => {
    const document = documents.get(uri);
    return document?.languageId === LANGUAGE ? prompts.of(document) : null;
  };
  /** Answers with `otherwise` for a document that is not ours. */
  const at =
    <Params extends { readonly textDocument: { readonly uri: string } }, Result>(
      otherwise: Result,
      answer: (document: PromptDocument, params: Params) => Result | Promise<Result>,
    ) =>
    (params: Params): Result | Promise<Result> => {
      const document = promptOf(params.textDocument.uri);
      return document === null ? otherwise : answer(document, params);
    };
  connection.onCompletion(
    at([], (document, { position }) => completion(document, position, features(), existing)),
  );
  connection.onHover(
    at(null, (document, { position }) => hover(document, position, features(), countTokens)),
  );
  connection.onCodeAction(
    at([], async (document, { context: { diagnostics } }) => {
      const isOfGroup = diagnostics.some(({ code }) => code === "groupUnknown");
      const groups = isOfGroup ? await existing.groups(document) : [];
      return codeActions(document, diagnostics, features(), groups);
    }),
  );
  connection.onDocumentSymbol(at([], symbols));
  connection.onFoldingRanges(at([], foldingRanges));
  connection.onDefinition(at([], (document, { position }) => definition(document, position)));
  connection.onReferences(
    at([], (document, { position, context }) => references(document, position, context.includeDeclaration)),
  );
  connection.onDocumentHighlight(at([], (document, { position }) => highlights(document, position)));
  connection.onPrepareRename(
    at(null, (document, { position }: TextDocumentPositionParams) => prepareRename(document, position)),
  );
  connection.onRenameRequest(
    at(null, (document, { position, newName }) => {
      const problem = renameProblem(document, position, newName);
      if (problem !== null) throw new ResponseError(ErrorCodes.InvalidParams, problem);
      return rename(document, position, newName);
    }),
  );
  connection.onDocumentFormatting(at([], (document, { options }) => formatting(document, options.tabSize)));
  connection.languages.semanticTokens.on(at({ data: [] }, semanticTokens));
}
