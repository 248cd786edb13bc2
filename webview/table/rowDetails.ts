// One row of a run in full: its text, its figures with their denominators, and what belongs to it.
import { several, t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { shareWords } from "../../core/trace/index.ts";
import { localTime } from "../page/localTime.ts";
import { endWords } from "./tableModel.ts";
import type { OutputRow } from "../../extension/shared/runTable.ts";

export interface RowActions {
  readonly onTrace: (path: string) => void;
  readonly onCopy: (text: string) => void;
}

export function rowDetails(row: OutputRow, { onTrace, onCopy }: RowActions): TemplateResult {
  const { id, text, error, trace } = row;
  return html`<section class="details" aria-label="The row ${id}">
    <div class="buttons">
      <h2><bdi>${id}</bdi></h2>
      ${
        trace === null
          ? nothing
          : html`<button
              class="secondary"
              type="button"
              @click=${() => {
                onTrace(trace);
              }}
            >
              Open Trace
            </button>`
      }
      ${
        text === null
          ? nothing
          : html`<button
              class="secondary"
              type="button"
              @click=${() => {
                onCopy(text);
              }}
            >
              Copy Text
            </button>`
      }
    </div>
    ${error === null ? nothing : html`<p class="problem">Failed (${error.code}): ${error.message}</p>`}
    ${text === null ? nothing : html`<p class="answer" tabindex="0" aria-label="Answer"><bdi>${text}</bdi></p>`}
    <dl>
      ${factsOf(row).map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd><bdi>${value}</bdi></dd>`,
      )}
    </dl>
  </section>`;
}

function factsOf(row: OutputRow): readonly (readonly [name: string, value: string])[] {
  const { figures } = row;
  const facts: (readonly [string, string])[] = [
    ["group", `${row.group ?? "none"}${row.groupReason === null ? "" : ` (${row.groupReason})`}`],
    ["strategy", row.strategy],
  ];
  const end = endWords(row.finish);
  if (end !== null) facts.push(["end", end]);
  if (row.subject !== row.id) facts.push(["about", row.subject]);
  if (figures !== null) {
    const { tokens, steps, drafted, accepted, relaxed } = figures;
    facts.push(
      ["tokens", t("{0}, after a prompt of {1}", tokens, figures.promptTokens)],
      ["EDL", figures.edl === null ? t("not measured") : `${figures.edl.toFixed(2)} (${tokens}/${steps})`],
      ["kept", share(accepted + relaxed, drafted, t("drafted tokens"))],
      ["relaxed", share(relaxed, tokens, t("tokens of the answer"))],
      [t("own choice"), t("the first {0} of {1} tokens", figures.ownTokens, tokens)],
      [
        "time",
        t(
          "{0} ms in steps, {1} reading the prompt",
          figures.ms.toFixed(0),
          figures.prefillMs === null ? t("not measured") : `${figures.prefillMs.toFixed(0)} ms`,
        ),
      ],
    );
  }
  if (row.historyCut > 0)
    facts.push(["history", t("without its {0}", several(row.historyCut, "oldest element"))]);
  if (row.attempts > 1) facts.push(["attempts", String(row.attempts)]);
  if (row.seed !== null) facts.push(["seed", String(row.seed)]);
  facts.push(["finished", localTime(row.finishedAt)]);
  return facts;
}

function share(numerator: number, denominator: number, of: string): string {
  if (denominator === 0) return `no ${of}`;
  return `${shareWords(numerator / denominator)} (${numerator}/${denominator} ${of})`;
}
