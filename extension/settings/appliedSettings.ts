// Writes the rule and guards of a what-if to the settings scope that the user picks.
import * as vscode from "vscode";
import { messageOf } from "../../core/base/index.ts";
import { appliedText } from "./appliedText.ts";
import type { SettingName } from "../../core/settings/index.ts";
import { targetsOf } from "./legalTargets.ts";
import { type Notifier, nextSteps } from "../host/notify.ts";
import type { AppliedSettings } from "../shared/traceEditor.ts";
import { valueAt } from "../shared/settingScopes.ts";
import type { TargetId } from "../shared/settingsEditor.ts";
import { setValues, workspaceShape, writeAt } from "./scopedSettings.ts";
import type { SetValues } from "./settingViews.ts";
import { valueProblem } from "./settingValues.ts";

type Change = readonly [name: SettingName, value: string | number | boolean | null];

/** Asks where to write; writes nothing if the user cancels or a value is invalid. */
export async function applySettings(notifier: Notifier, settings: AppliedSettings): Promise<void> {
  const changes = changesOf(settings);
  const problem = changes.flatMap(([name, value]) => {
    const reason = valueProblem(name, value);
    return reason === null ? [] : [`laser.${name} ${reason}`];
  })[0];
  if (problem !== undefined) {
    notifier.warning(vscode.l10n.t("The what-if can't be written as settings: {0}.", problem));
    return;
  }
  const places = targetsOf(workspaceShape());
  const picked = await vscode.window.showQuickPick(
    places.map(({ id, name }) => {
      const lines = unlikeAt(changes, id).map(
        ([setting, value]) => `${setting}: ${String(valueAt(valuesOf(setting), id))} → ${String(value)}`,
      );
      return { label: name, id, detail: lines.join(" · ") || vscode.l10n.t("already has these values") };
    }),
    { title: vscode.l10n.t("Save this rule to which settings?") },
  );
  if (picked === undefined) return;
  const unlike = unlikeAt(changes, picked.id);
  try {
    for (const [name, value] of unlike) await writeAt(`laser.${name}`, picked.id, value);
  } catch (error) {
    const reason = messageOf(error);
    notifier.warning(
      vscode.l10n.t("The settings could not be written: {0}", reason),
      nextSteps.nativeSetting("laser.relaxed"),
    );
    return;
  }
  const written = changes.map(([name, value]) => ({ key: `laser.${name}`, value }));
  const { message, isOverridden } = appliedText(places, picked.id, written, setValues, unlike.length > 0);
  if (isOverridden) notifier.warning(message, nextSteps.openSettings(), nextSteps.generate());
  else notifier.information(message, nextSteps.generate());
}

/** The values that differ from the ones in effect there; an equal value is not written again. */
function unlikeAt(changes: readonly Change[], target: TargetId): readonly Change[] {
  return changes.filter(([name, value]) => valueAt(valuesOf(name), target) !== value);
}

function valuesOf(name: SettingName): SetValues {
  return setValues(`laser.${name}`);
}

/** The settings for a what-if choice; a strict rule leaves k and p unchanged. */
function changesOf({
  strategy,
  topK,
  minProbability,
  maxDraftTokens,
  ...guards
}: AppliedSettings): readonly Change[] {
  return [
    ["strategy", strategy],
    ...(topK === null ? [] : [["relaxed.topK", topK] satisfies Change]),
    ...(minProbability === null ? [] : [["relaxed.minProbability", minProbability] satisfies Change]),
    ...(maxDraftTokens === undefined ? [] : [["maxDraftTokens", maxDraftTokens] satisfies Change]),
    ["guards.endOfText", guards.endOfText],
    ["guards.maxConsecutiveRelaxed", guards.maxConsecutiveRelaxed],
    ["guards.maxNatsGivenUp", guards.maxNatsGivenUp],
  ];
}
