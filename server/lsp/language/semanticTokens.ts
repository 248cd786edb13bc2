// Colours of the template's words by what they are.
import { SemanticTokensBuilder, SemanticTokenTypes, type SemanticTokens } from "vscode-languageserver/node";
import { templateWords, type WordKind } from "../../../core/prompts/index.ts";
import type { PromptDocument } from "./promptDocument.ts";

const TYPES: Readonly<Record<WordKind, SemanticTokenTypes>> = {
  keyword: SemanticTokenTypes.keyword,
  variable: SemanticTokenTypes.variable,
  property: SemanticTokenTypes.property,
  filter: SemanticTokenTypes.function,
  test: SemanticTokenTypes.method,
  function: SemanticTokenTypes.function,
  parameter: SemanticTokenTypes.parameter,
  text: SemanticTokenTypes.string,
  number: SemanticTokenTypes.number,
  operator: SemanticTokenTypes.operator,
  comment: SemanticTokenTypes.comment,
};

export const LEGEND = { tokenTypes: [...new Set(Object.values(TYPES))], tokenModifiers: [] };

export function semanticTokens(document: PromptDocument): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  const { template, bodyOffset } = document.prompt;
  for (const { kind, start, end } of templateWords(template)) {
    const from = document.positionAt(bodyOffset + start);
    const to = document.positionAt(bodyOffset + end);
    // The protocol wants tokens within one line; what spans several keeps the grammar's colours.
    if (from.line !== to.line) continue;
    builder.push(
      from.line,
      from.character,
      to.character - from.character,
      LEGEND.tokenTypes.indexOf(TYPES[kind]),
      0,
    );
  }
  return builder.build();
}
