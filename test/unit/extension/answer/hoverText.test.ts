// What a hover says of a token, against the small run that can be checked by hand; and on seeded runs, that it says the
// trace's own sentence of every token.
import assert from "node:assert/strict";
import { test } from "vitest";
import { hoverParagraphs } from "../../../../extension/answer/hoverText.ts";
import { runOfTrace } from "../../../../extension/shared/traceRun.ts";
import { TokenSpans } from "../../../../extension/answer/tokenSpans.ts";
import { tokenSentence, type Trace } from "../../../../core/trace/index.ts";
import { golden } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";
import { smallTrace } from "../../core/trace/smallRun.ts";

function hovers(trace: Trace): { readonly text: string; readonly words: string }[] {
  const run = runOfTrace(trace, "a", "/a");
  const spans = new TokenSpans();
  run.steps.forEach((step, at) => {
    spans.add(step, run.pieces[at]!, run.tokens);
  });
  return spans.spans.map((span) => ({
    text: spans.text.slice(span.start, span.end),
    words: hoverParagraphs(run, span)
      .map(({ kind, parts }) => {
        const shown = parts.map((part) => (part.kind === "foreign" ? `[${part.text}]` : part.text));
        return `${kind === "item" ? "  " : ""}${shown.join("")}`;
      })
      .join("\n"),
  }));
}

test("the hovers of the small run", () => {
  const text = hovers(smallTrace()).map(({ words }) => words);
  golden("hovers", text.join("\n\n"));
});

test("every token has its sentence", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const trace = randomTrace(seed);
    const run = runOfTrace(trace, "a", "/a");
    const spans = new TokenSpans();
    run.steps.forEach((step, at) => {
      spans.add(step, run.pieces[at]!, run.tokens);
    });
    for (const span of spans.spans) {
      const said = hoverParagraphs(run, span).flatMap(({ parts }) => parts.map(({ text }) => text));
      for (const { step, place } of span.tokens) {
        const sentence = tokenSentence({ step: run.steps[step]!, place }, trace.request);
        assert.ok(said.includes(`${sentence}.`), `seed ${seed}, step ${step}: ${sentence}`);
      }
    }
  }
});
