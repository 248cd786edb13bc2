// What stands below a run that has ended: its failure with the button that mends it, and what can be done next.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { errorFix, fixLabel } from "../../extension/shared/errorFix.ts";
import type { PanelCommand } from "../../extension/shared/panel.ts";
import type { RunModel } from "../run/model.ts";
import { errorView } from "../run/parts.ts";

export interface EndActions {
  readonly button: (command: PanelCommand, label: string) => TemplateResult;
  readonly runAgain: (runId: string) => void;
}

export function endView({ ended, runId }: RunModel, { button, runAgain }: EndActions): TemplateResult {
  const error = ended?.error ?? null;
  return html`${error === null ? nothing : errorView(error, button("fix", fixLabel(errorFix(error))))}
    <div class="toolbar">
      <button
        class="primary"
        type="button"
        title="Run this prompt again, with the current settings"
        @click=${() => {
          runAgain(runId);
        }}
      >
        Run Again
      </button>
      ${ended?.tracePath ? button("openTrace", t("Open trace")) : nothing}
      ${button("openSettings", t("Settings"))}
    </div>`;
}
