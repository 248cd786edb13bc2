// What stands in place of a trace that can't be read, and above one whose file is gone.
import { html, nothing, type TemplateResult } from "lit";
import type { ErrorText } from "../../core/base/index.ts";
import { oneLineText } from "../../core/trace/index.ts";
import type { TraceCommand } from "../../extension/shared/traceEditor.ts";
import { errorView } from "../run/parts.ts";

/** For a file that is not a valid trace: the reason, and a button to open it as text. */
export function refusedView(
  { name, error }: { readonly name: string; readonly error: ErrorText },
  onCommand: ((command: TraceCommand) => void) | null,
): TemplateResult {
  const open = html`<button class="link" type="button" @click=${() => onCommand?.("openAsText")}>
    Open as text
  </button>`;
  return html`<main class="refused">
    <h1><bdi>${oneLineText(name)}</bdi></h1>
    ${errorView(error, onCommand === null ? nothing : open)}
  </main>`;
}

/** Above a trace whose file is gone: the page may be the only copy. */
export function goneView(
  { message, nextStep }: ErrorText,
  { onSave, onCommand }: { readonly onSave: () => void; readonly onCommand: (command: TraceCommand) => void },
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
