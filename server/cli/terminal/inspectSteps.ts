// The tokens of a recorded run on a terminal: its answer, and the steps in which verification rejected or
// relaxed something, with the reason for each.
import {
  committedClassOf,
  keptOf,
  pieces,
  tokenText,
  verdictSentence,
  type Trace,
  type TraceStep,
} from "../../../core/trace/index.ts";
import { oneLine, TokenPrinter } from "./tokens.ts";

/** The answer, each token marked with its class. */
export function answerLines(trace: Trace, style: "colour" | "marks"): string[] {
  let text = "";
  const printer = new TokenPrinter((part) => (text += part), style);
  const all = pieces(trace);
  let at = 0;
  for (const step of trace.steps) {
    const committed = keptOf(step) + 1;
    for (let place = 0; place < committed; place++)
      printer.token(all[at + place]?.text ?? "", committedClassOf(step, place));
    at += committed;
  }
  printer.end();
  return [text.replace(/\n$/, "")];
}

/** The steps that rejected a drafted token or kept one by relaxed verification: their tokens, and why. */
export function decisionLines(trace: Trace, style: "colour" | "marks"): string[] {
  const decided = trace.steps.filter(({ verdicts }) =>
    verdicts.some(({ kind }) => kind === "rejected" || kind === "relaxed"),
  );
  const width = String(trace.steps.length).length;
  const lines = decided.flatMap((step) => [
    `${String(step.index + 1).padStart(width)}  ${tokensOf(trace, step, style)}`,
    ...reasonsOf(trace, step).map((reason) => `${" ".repeat(width + 4)}${reason}`),
  ]);
  const title = "Steps in which a drafted token was rejected, or kept by relaxed verification";
  return [`${title}: ${decided.length} of ${trace.steps.length}`, ...lines];
}

/** A step as the panel shows it: its drafted tokens in order, kept or not, then the target's own. */
function tokensOf(trace: Trace, step: TraceStep, style: "colour" | "marks"): string {
  let text = "";
  const printer = new TokenPrinter((part) => (text += part), style);
  step.draft.forEach(({ id }, place) => {
    printer.token(oneLine(tokenText(trace, id)), step.verdicts[place]!.kind);
  });
  printer.token(oneLine(tokenText(trace, step.next.id)), step.next.kind);
  printer.end();
  return text.trimEnd();
}

function reasonsOf(trace: Trace, step: TraceStep): string[] {
  return step.draft.flatMap(({ id }, place) => {
    const verdict = step.verdicts[place]!;
    if (verdict.kind !== "rejected" && verdict.kind !== "relaxed") return [];
    const own = step.rows[place]!.own;
    const choice = verdict.kind === "relaxed" ? `; the target's choice was ${quoted(trace, own)}` : "";
    return [`${quoted(trace, id)} ${verdictSentence(verdict, trace.request)}${choice}`];
  });
}

/** “ film”, on one line. */
export function quoted(trace: Pick<Trace, "tokens">, id: number): string {
  return `“${oneLine(tokenText(trace, id))}”`;
}
