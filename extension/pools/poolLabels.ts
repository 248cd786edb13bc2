// The words of the Pools view.
import path from "node:path";
import * as vscode from "vscode";
import type { ListedGroup, PoolListing } from "./poolListing.ts";
import type { GroupServing, Serving } from "./serving.ts";

const number = (value: number): string => value.toLocaleString(vscode.env.language);

function size(bytes: number): string {
  if (bytes < 1000) return vscode.l10n.t("{0} B", bytes);
  return bytes < 1e6
    ? vscode.l10n.t("{0} kB", (bytes / 1000).toFixed(1))
    : vscode.l10n.t("{0} MB", (bytes / 1e6).toFixed(1));
}

function day(ms: number): string {
  return new Date(ms).toLocaleDateString(vscode.env.language);
}

function counts(entries: number, tokens: number | null): string {
  const answers = entries === 1 ? vscode.l10n.t("1 answer") : vscode.l10n.t("{0} answers", number(entries));
  return tokens === null ? answers : `${answers}, ${vscode.l10n.t("{0} tokens", number(tokens))}`;
}

const sumOf = (groups: readonly ListedGroup[], value: (group: ListedGroup) => number | null): number | null =>
  groups.reduce<number | null>((sum, group) => {
    const one = value(group);
    return sum === null || one === null ? null : sum + one;
  }, 0);

/** E.g. "in use · 40 answers, 3,120 tokens · 45.2 kB". */
export function poolDescription(
  { groups, fileBytes, isFrozen }: PoolListing,
  serving: Serving | null,
): string {
  const entries = sumOf(groups, (group) => group.entries) ?? 0;
  const parts = [
    ...(isFrozen ? [vscode.l10n.t("frozen")] : []),
    counts(
      entries,
      sumOf(groups, (group) => group.tokens),
    ),
    size(fileBytes),
  ];
  return [...(serving === null ? [] : [servingWord(serving)]), ...parts].join(" · ");
}

export function poolTooltip(
  file: string,
  { kind, model, groups, isFrozen }: PoolListing,
  serving: Serving | null,
  promptName: string,
): string {
  const lastUse = Math.max(0, ...groups.map(({ lastUseMs }) => lastUseMs ?? 0));
  return [
    file,
    kind === "poolFile"
      ? vscode.l10n.t("Pool file for the tokenizer of {0}.", model ?? "?")
      : vscode.l10n.t("Answers as JSON lines, tokenized when a run begins."),
    ...(isFrozen
      ? [vscode.l10n.t("Frozen: answers are neither added nor removed, except to forget a user or an item.")]
      : []),
    ...(lastUse > 0 ? [vscode.l10n.t("Last added to or used: {0}.", day(lastUse))] : []),
    ...(serving === null ? [] : [servingSentence(serving, promptName)]),
  ].join("\n");
}

function servingWord(serving: Serving): string {
  if (serving.kind === "serves") return vscode.l10n.t("in use");
  return serving.kind === "unused" ? vscode.l10n.t("not used") : vscode.l10n.t("overridden");
}

/** Why this pool does or doesn't serve the prompt. */
export function servingSentence(serving: Serving, promptName: string): string {
  const prompt = promptName === "" ? vscode.l10n.t("The next run") : promptName;
  switch (serving.kind) {
    case "serves":
      return serving.by === "prompt"
        ? vscode.l10n.t("{0} drafts from it: its laser block names it.", prompt)
        : vscode.l10n.t("{0} drafts from it: the setting laser.poolFile names it.", prompt);
    case "unused":
      return vscode.l10n.t(
        "{0} does not draft from it: strategy {1} uses no pool.",
        prompt,
        serving.strategy,
      );
    case "overridden":
      return vscode.l10n.t("{0} drafts from the pool of its laser block instead.", prompt);
  }
}

export function poolName(file: string): string {
  return path.basename(file);
}

export function groupName(group: string | null): string {
  return group ?? vscode.l10n.t("(no group)");
}

/** E.g. "in use · 40 answers, 3,120 tokens · 45.2 kB · used 2/3/2026"; `serving` is null if the pool serves no prompt. */
export function groupDescription(
  { entries, tokens, textBytes, lastUseMs }: ListedGroup,
  serving: GroupServing | null,
): string {
  const parts = [
    ...(serving === "own" ? [vscode.l10n.t("in use")] : []),
    counts(entries, tokens),
    size(textBytes),
  ];
  return [...parts, ...(lastUseMs === null ? [] : [vscode.l10n.t("used {0}", day(lastUseMs))])].join(" · ");
}

/** Why answers of this group count as they do for the prompt. */
export function groupSentence(serving: GroupServing, promptName: string): string {
  const prompt = promptName === "" ? vscode.l10n.t("The next run") : promptName;
  switch (serving) {
    case "own":
      return vscode.l10n.t("{0} names this group in its laser block: its answers count in full.", prompt);
    case "other":
      return vscode.l10n.t(
        "{0} is about another group: these answers count as much as they have proved to be worth.",
        prompt,
      );
    case "alike":
      return vscode.l10n.t(
        "{0} does not name a group of this pool: answers of all groups count equally.",
        prompt,
      );
  }
}
