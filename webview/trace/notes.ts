// What is shown above or below the title of a trace: that its file is gone, and which run it continues. Values in, templates
// out.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import type { TraceCommand } from "../../extension/shared/traceEditor.ts";
import { t, type ErrorText } from "../../core/base/index.ts";
import { oneLineText, originOfRun, originWords, type Trace } from "../../core/trace/index.ts";

/** Above a trace whose file is gone: the page may be the only copy. */
export function goneView(
  { message, nextStep }: ErrorText,
  {
    onSave,
    onCommand,
  }: {
    readonly onSave: () => void;
    readonly onCommand: (command: TraceCommand) => void;
  },
): TemplateResult {
  return html`<div class="gone" role="alert">
    <p><b>${message}</b> ${nextStep}</p>
    <button class="primary" type="button" @click=${onSave}>Save a Copy…</button>
    <button
      class="secondary"
      type="button"
      @click=${() => {
        onCommand("close");
      }}
    >
      Close
    </button>
  </div>`;
}

/** Which run this one continues, with a link to its trace. */
export function parentView(
  trace: Trace,
  onCommand: ((command: TraceCommand) => void) | null,
): TemplateResult | typeof nothing {
  const origin = originOfRun(trace);
  if (origin === null) return nothing;
  const words = t("Continues {0}", oneLineText(originWords(origin)));
  const file = origin.parent?.file ?? null;
  return html`<p class="parent detail">
    <bdi>${words}</bdi>
    ${
      file === null || onCommand === null
        ? nothing
        : html`<button
            class="link"
            type="button"
            title=${oneLineText(file)}
            @click=${() => {
              onCommand("openParent");
            }}
          >
            Open the earlier run
          </button>`
    }
  </p>`;
}
