// What is shown below a run that has ended: its failure with the buttons that fix it, and what can be done next. A failure
// of the server has the same buttons.
import { t, type ErrorText } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { errorFixes, fixLabel, type ErrorFix } from "../../extension/shared/errorFix.ts";
import type { PanelCommand } from "../../extension/shared/panel.ts";
import type { RunModel } from "../run/model/model.ts";
import { errorView } from "../run/parts/parts.ts";

export interface EndActions {
  /** @param at of errorFixes */
  readonly fix: (of: "run" | "server", at: number) => void;
  readonly button: (command: PanelCommand, label: string) => TemplateResult;
  readonly runAgain: (runId: string) => void;
}

/** A failure with what fixes it: the first button is the one to press. */
export function failureView(
  error: ErrorText,
  of: "run" | "server",
  { fix }: Pick<EndActions, "fix">,
): TemplateResult {
  const buttons = errorFixes(error).map((known, at) =>
    of === "run" && isRunAgain(known)
      ? nothing
      : html`<button
          class=${at === 0 ? "primary" : "link"}
          type="button"
          @click=${() => {
            fix(of, at);
          }}
        >
          ${fixLabel(known)}
        </button>`,
  );
  return errorView(error, html`${buttons}`);
}

/** A button for it is below each run that has ended. */
const isRunAgain = (fix: ErrorFix): boolean => fix.kind === "command" && fix.command === "runAgain";

export function endView({ ended, runId }: RunModel, actions: EndActions): TemplateResult {
  const { button, runAgain } = actions;
  const error = ended?.error ?? null;
  const isBest = error === null || isRunAgain(errorFixes(error)[0]);
  return html`${error === null ? nothing : failureView(error, "run", actions)}
    <div class="toolbar">
      <button
        class=${isBest ? "primary" : "link"}
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
