// Where two answers first diverge: the common text before, what each wrote there, and why. Values in,
// templates out.
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import type { AnswerToken } from "../../core/inspect/index.ts";
import { oneLineText, tokenText, visibleText } from "../../core/trace/index.ts";
import type { Pair, ReadRun } from "./compareModel.ts";
import { causeWords, divergenceWords, sameWords } from "./compareWords.ts";
import { className } from "../run/model/items.ts";
import { whyOf } from "../run/card/why.ts";

/** Characters shown of the common text. */
const EXCERPT_CHARACTERS = 90;

export function divergenceView(pair: Pair, onGo: () => void): TemplateResult {
  const { divergence } = pair.comparison;
  if (divergence === null) {
    return html`<section class="divergence" aria-labelledby="divergence-title">
      <h2 id="divergence-title">First divergence</h2>
      <p class="none">${sameWords(pair)}</p>
    </section>`;
  }
  const before = pair.left.side.texts.slice(0, divergence.leftTokens).join("");
  const excerpt = Array.from(before).slice(-EXCERPT_CHARACTERS).join("");
  return html`<section class="divergence" aria-labelledby="divergence-title">
    <h2 id="divergence-title">First divergence</h2>
    <p>
      ${divergenceWords(divergence, pair)} ${causeWords(divergence, pair)}
      <button class="link" type="button" @click=${onGo}>Go there</button>
    </p>
    ${
      excerpt === ""
        ? nothing
        : html`<p class="excerpt">
            <span class="detail">Both:</span>
            <bdi class="token">${excerpt.length < before.length ? "…" : ""}${visibleText(excerpt)}</bdi>
          </p>`
    }
    <dl class="parted">
      ${tokenView(pair.left, divergence.left)} ${tokenView(pair.right, divergence.right)}
    </dl>
  </section>`;
}

function tokenView(run: ReadRun, token: AnswerToken | null): TemplateResult {
  const name = html`<dt><span class="tag">${run.tag}</span></dt>`;
  if (token === null)
    return html`<div>
      ${name}
      <dd class="detail">nothing: the answer has ended</dd>
    </div>`;
  const text = oneLineText(tokenText(run.side.trace, token.id));
  const { written } = token;
  if (written === null) {
    return html`<div>
      ${name}
      <dd><bdi class="token">${text}</bdi> <span class="detail">inherited from an earlier run</span></dd>
    </div>`;
  }
  const view = run.side.run.steps[written.step]!;
  const { sentence } = whyOf(run.side.run, view, view.items[written.place]!);
  return html`<div>
    ${name}
    <dd>
      <bdi class="token ${written.tokenClass}">${text}</bdi>
      <span>${className(written.tokenClass)}, step ${written.step + 1}</span>
      <span class="detail">${sentence}</span>
    </dd>
  </div>`;
}
