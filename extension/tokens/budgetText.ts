// The words for a prompt's share of the context: status bar and tooltip.
import * as vscode from "vscode";
import type { PromptTokens } from "../../server/protocol/methods.ts";
import { budgetOf, type Budget } from "./budget.ts";

/** E.g. "312 tokens", with a sign of warning where the tooltip says that less is used than was asked for. */
export function statusText(counted: PromptTokens): string {
  return counted.contextNote === null ? countText(counted) : `${countText(counted)} $(warning)`;
}

function countText({ promptTokens }: PromptTokens): string {
  if (promptTokens === null) return vscode.l10n.t("$(symbol-ruler) tokens: not known");
  const count = number(promptTokens);
  return promptTokens === 1
    ? vscode.l10n.t("$(symbol-ruler) {0} token", count)
    : vscode.l10n.t("$(symbol-ruler) {0} tokens", count);
}

export function statusTooltip(counted: PromptTokens, settingMaxTokens: number): vscode.MarkdownString {
  const { promptTokens, error, file, sections, contextNote } = counted;
  const text = new vscode.MarkdownString();
  if (promptTokens === null) {
    text.appendMarkdown(`**${vscode.l10n.t("Tokens of the prompt: not known")}**\n\n`);
    if (error !== null) text.appendText(`${error.message} ${error.nextStep}`);
    return text;
  }
  const budget = budgetOf(counted, settingMaxTokens);
  text.appendMarkdown(`**${vscode.l10n.t("Context budget")}**\n\n\`${bar(budget)}\`\n\n`);
  for (const line of budgetLines(budget)) text.appendMarkdown(`- ${line}\n`);
  text.appendMarkdown("\n");
  for (const { role, ends } of sections)
    text.appendMarkdown(`- ${role}: ${vscode.l10n.t("{0} as written", number(ends.length))}\n`);
  text.appendMarkdown("\n");
  if (contextNote !== null) {
    text.appendText(contextNote);
    text.appendMarkdown("\n\n");
  }
  text.appendText(vscode.l10n.t("Counted by the tokenizer of {0}, with the sample values.", file));
  text.appendMarkdown(`\n\n${vscode.l10n.t("Click to show or hide token boundaries.")}`);
  return text;
}

function budgetLines({
  promptTokens,
  answerTokens,
  freeTokens,
  missingTokens,
  contextTokens,
}: Budget): string[] {
  const share = ((100 * promptTokens) / contextTokens).toFixed(promptTokens < contextTokens / 10 ? 1 : 0);
  return [
    vscode.l10n.t("prompt: {0} of {1} tokens ({2} %)", number(promptTokens), number(contextTokens), share),
    vscode.l10n.t("answer: at most {0}", number(answerTokens)),
    missingTokens > 0
      ? vscode.l10n.t("missing for the longest answer: {0}", number(missingTokens))
      : vscode.l10n.t("free: {0}", number(freeTokens)),
  ];
}

const CELLS = 24;

/** ▰ prompt, ▱ answer, · free: given in figures below, too. */
function bar({ promptTokens, answerTokens, contextTokens }: Budget): string {
  const cellsOf = (tokens: number): number => Math.round((CELLS * tokens) / contextTokens);
  const prompt = Math.min(CELLS, Math.max(1, cellsOf(promptTokens)));
  const answer = Math.min(CELLS - prompt, cellsOf(answerTokens));
  return "▰".repeat(prompt) + "▱".repeat(answer) + "·".repeat(CELLS - prompt - answer);
}

function number(value: number): string {
  return value.toLocaleString(vscode.env.language);
}
