// Quality beside speed: how much of the answer was copied, how many of its words a plain run wrote too,
// whether it is JSON, and each token that relaxed verification kept instead of the target's choice. Values
// in, templates out.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import type { Copied, jsonStanding, RelaxedChange, Share } from "../../core/inspect/index.ts";
import { formatProbability, oneLineText, shareWords } from "../../core/trace/index.ts";
import { several } from "../page/amounts.ts";
import type { Cursor } from "../run/model/cursor.ts";

export interface Quality {
  readonly changes: readonly RelaxedChange[];
  readonly copied: Copied;
  readonly json: ReturnType<typeof jsonStanding>;
  /** Words that a plain run of the same prompt wrote, too; null if none was measured. */
  readonly asPlain: Share | null;
}

/** A long list would hide the charts below it; the filter @verdict:relaxed finds all. */
const MAX_SHOWN = 200;

/** @param isPlainPending whether a plain run is still looked for */
export function qualityView(
  { changes, copied, json, asPlain }: Quality,
  isPlainPending: boolean,
  onChange: (cursor: Cursor) => void,
): TemplateResult {
  const { prompt, output, pool, committed } = copied;
  const share = (part: number): string => shareWords(committed === 0 ? null : part / committed);
  return html`<section class="quality" aria-labelledby="quality-title">
    <h2 id="quality-title">The text</h2>
    <dl class="figures">
      ${figure(
        t("Words as plain"),
        asPlain === null
          ? isPlainPending
            ? "–"
            : t("not measured")
          : shareWords(asPlain.whole === 0 ? null : asPlain.part / asPlain.whole),
        asPlain === null ? "" : `${asPlain.part} of ${several(asPlain.whole, "word")}`,
        t("Words of this answer that a plain run of the same prompt wrote, too, in the same order."),
      )}
      ${figure(
        t("Copied"),
        share(prompt + output + pool),
        t(
          "{0} from the prompt, {1} from the pool, {2} from the answer itself",
          share(prompt),
          share(pool),
          share(output),
        ),
        t("Drafted tokens that were kept ÷ all tokens of the answer, by where the draft was read from."),
      )}
      ${json === null ? nothing : figure("JSON", json, "", t("Whether the whole answer can be parsed as JSON."))}
    </dl>
    ${changesView(changes, onChange)}
  </section>`;
}

function figure(name: string, value: string, detail: string, meaning: string): TemplateResult {
  return html`<div title=${meaning}>
    <dt>${name}</dt>
    <dd>
      <span class="value">${value}</span
      >${detail === "" ? nothing : html` <span class="detail">${detail}</span>`}
    </dd>
  </div>`;
}

function changesView(changes: readonly RelaxedChange[], onChange: (cursor: Cursor) => void): TemplateResult {
  if (changes.length === 0)
    return html`<p class="quiet">
      Relaxed verification changed nothing: every token is the target's own choice.
    </p>`;
  const rest = changes.length - MAX_SHOWN;
  return html`<details class="changes" open>
    <summary>What relaxed changed <span class="count">${changes.length}</span></summary>
    <ul>
      ${changes.slice(0, MAX_SHOWN).map((change) => changeView(change, onChange))}
    </ul>
    ${rest <= 0 ? nothing : html`<p class="quiet">and ${rest} more: filter by <code>@verdict:relaxed</code></p>`}
  </details>`;
}

function changeView(
  { step, place, own, kept, before, after, nats, ownProbability, keptProbability }: RelaxedChange,
  onChange: (cursor: Cursor) => void,
): TemplateResult {
  const ownWords = ownProbability === null ? "" : `, p = ${formatProbability(ownProbability)}`;
  const title = t(
    "Step {0}: “{1}”{2}, became “{3}”, p = {4}; {5} nats given up",
    step + 1,
    oneLineText(own),
    ownWords,
    oneLineText(kept),
    formatProbability(keptProbability),
    nats.toFixed(2),
  );
  return html`<li>
    <button
      type="button"
      title=${title}
      @click=${() => {
        onChange({ step, place });
      }}
    >
      <bdi class="around">…${oneLineText(before)}</bdi><bdi class="own"><del>${oneLineText(own)}</del></bdi
      ><span class="sr-only"> became </span><bdi class="token relaxed">${oneLineText(kept)}</bdi
      ><bdi class="around">${oneLineText(after)}…</bdi>
      <span class="detail">${nats.toFixed(2)} nats</span>
    </button>
  </li>`;
}
