// LASER: Compare Settings: runs a prompt, the prompts of its folder or rows of a data file under every combination of some k,
// p and draft lengths, beside a strict run, and opens the traces side by side, which plots time against the log-probability
// given up.
import * as vscode from "vscode";
import { PUBLISHED_RULE } from "../../../core/laser/index.ts";
import type { SettingName } from "../../../core/settings/index.ts";
import { valueProblem, type InspectorSettings } from "../../settings/settingValues.ts";
import { MAX_COMPARED } from "../../shared/compare.ts";
import { askInputs } from "./compareInputs.ts";
import { compareRuns } from "./compareStrategies.ts";
import type { CommandContext } from "../context.ts";

/** Runs the prompt of `uri`, otherwise of the active editor. */
export async function compareSettings(context: CommandContext, uri?: vscode.Uri): Promise<void> {
  const title = vscode.l10n.t("Comparing settings");
  await compareRuns(context, title, askGrid, uri, (prompt) => askInputs(context, prompt));
}

/** The strict run first, as the baseline, then each combination; null if the user cancelled. */
async function askGrid(configured: InspectorSettings): Promise<readonly InspectorSettings[] | null> {
  const { relaxed, maxDraftTokens } = configured.generation;
  const { topK: k, minProbability: p } = relaxed.kind === "relaxed" ? relaxed : PUBLISHED_RULE;
  const ks = await askNumbers("relaxed.topK", vscode.l10n.t("k: values to compare (1 of 3)"), [2, 4, k], 1);
  if (ks === null) return null;
  const ps = await askNumbers(
    "relaxed.minProbability",
    vscode.l10n.t("p: values to compare (2 of 3)"),
    [0.1, 0.02, p],
    ks.length,
  );
  if (ps === null) return null;
  const lengths = await askNumbers(
    "maxDraftTokens",
    vscode.l10n.t("Longest draft: values to compare (3 of 3)"),
    [maxDraftTokens],
    ks.length * ps.length,
  );
  if (lengths === null) return null;
  const grid = lengths.flatMap((length) =>
    ps.flatMap((minProbability) => ks.map((topK) => ({ length, minProbability, topK }))),
  );
  const withGeneration = (change: Partial<InspectorSettings["generation"]>): InspectorSettings => ({
    ...configured,
    recordTraces: true,
    // Only the compared settings should differ: drafts follow no clock, whatever the setting.
    generation: { ...configured.generation, planner: "repeatable", ...change },
  });
  return [
    withGeneration({ strategy: "laser-strict" }),
    ...grid.map(({ length, minProbability, topK }) =>
      withGeneration({
        strategy: "laser",
        relaxed: { kind: "relaxed", topK, minProbability },
        maxDraftTokens: length,
      }),
    ),
  ];
}

/** Numbers separated by commas or spaces, each valid for the setting. @param others combinations of the other values */
async function askNumbers(
  name: SettingName,
  title: string,
  preset: readonly number[],
  others: number,
): Promise<readonly number[] | null> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("Numbers separated by commas; every combination runs once per round."),
    value: [...new Set(preset)].join(", "),
    validateInput: (typed) => {
      const numbers = numbersOf(typed);
      if (numbers.length === 0) return vscode.l10n.t("Enter at least one number.");
      for (const number of numbers) {
        if (Number.isNaN(number)) return vscode.l10n.t("Only numbers, separated by commas.");
        const problem = valueProblem(name, number);
        if (problem !== null) return `laser.${name} ${problem}`;
      }
      // One column is the strict run.
      if (numbers.length * others > MAX_COMPARED - 1)
        return vscode.l10n.t(
          "{0} combinations; at most {1} can be compared.",
          numbers.length * others,
          MAX_COMPARED - 1,
        );
      return null;
    },
  });
  return text === undefined ? null : numbersOf(text);
}

/** What is not a number stays in the list, so that the check refuses it. */
function numbersOf(text: string): readonly number[] {
  return [
    ...new Set(
      text
        .split(/[,;\s]+/)
        .filter((part) => part !== "")
        .map(Number),
    ),
  ];
}
