// What is shown below a run that has ended: its failure with the button that fixes it, and what can be done next.
import { html, nothing, type TemplateResult } from "lit";
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
      ${ended?.tracePath ? button("openTrace", "Open trace") : nothing} ${button("openSettings", "Settings")}
    </div>`;
}
