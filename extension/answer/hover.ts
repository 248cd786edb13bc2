// The hover over an answer, computed on demand.
import * as vscode from "vscode";
import { plainMarkdown } from "../../core/base/index.ts";
import type { AnswerRuns } from "./answerRuns.ts";
import { COMMANDS, OUTPUT_SCHEME } from "../host/catalogue.ts";
import { EditorText } from "./editorText.ts";
import { hoverParagraphs, type HoverParagraph, type Part } from "./hoverText.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { codeMarkdown } from "../host/markdownText.ts";
import type { TokenPlace } from "./tokenSpans.ts";

export class AnswerHover implements vscode.HoverProvider, Disposable {
  private readonly store = new DisposableStore();

  constructor(private readonly runs: AnswerRuns) {
    this.store.add(vscode.languages.registerHoverProvider({ scheme: OUTPUT_SCHEME }, this));
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | null> {
    const found = await this.runs.find(document.uri);
    const trace = await this.runs.traceOf(document.uri);
    if (found === null) return null;
    const { run, spans } = found;
    const text = new EditorText(spans.text);
    if (!text.begins(document.getText())) return null;
    const span = spans.at(text.offsetOf(position));
    const token = span?.tokens.at(-1);
    if (span === null || token === undefined) return null;
    const [from, to] = text
      .placesOf([span.start, span.end])
      .map(({ line, character }) => new vscode.Position(line, character));
    if (from === undefined || to === undefined) return null;
    const markdown = markdownOf(hoverParagraphs(run, span));
    if (trace !== null && run.ended !== null) addLink(markdown, vscode.Uri.file(trace), token);
    return new vscode.Hover(markdown, new vscode.Range(from, to));
  }

  dispose(): void {
    this.store.dispose();
  }
}

function markdownOf(paragraphs: readonly HoverParagraph[]): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  let before: HoverParagraph["kind"] = "paragraph";
  for (const { kind, parts } of paragraphs) {
    // Items are on their own lines, closer together than paragraphs.
    const gap = kind === "item" && before === "item" ? "\\\n" : "\n\n";
    markdown.appendMarkdown(gap + parts.map(partMarkdown).join(""));
    before = kind;
  }
  return markdown;
}

function partMarkdown({ kind, text }: Part): string {
  if (kind === "foreign") return codeMarkdown(text);
  return kind === "strong" ? `**${plainMarkdown(text)}**` : plainMarkdown(text);
}

/** The only command that a click in the hover can run. */
function addLink(markdown: vscode.MarkdownString, trace: vscode.Uri, { step, place }: TokenPlace): void {
  const given = encodeURIComponent(JSON.stringify([trace, { step, place }]));
  const label = plainMarkdown(vscode.l10n.t("Open trace at this token"));
  markdown.appendMarkdown(`\n\n[${label}](command:${COMMANDS.openTrace}?${given})`);
  markdown.isTrusted = { enabledCommands: [COMMANDS.openTrace] };
}
