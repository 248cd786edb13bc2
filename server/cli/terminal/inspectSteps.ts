// The tokens of a recorded run on a terminal: its answer, and the steps in which verification rejected or
// relaxed something, with the reason for each.
import {
  childrenOf,
  committedClassOf,
  isChainDraft,
  keptOf,
  pieces,
  rowIndexOf,
  tokenKind,
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
  const indent = " ".repeat(width + 4);
  const lines = decided.flatMap((step) => {
    const [first, ...branches] = stepLines(trace, step, style);
    return [
      `${String(step.index + 1).padStart(width)}  ${first}`,
      ...[...branches, ...reasonsOf(trace, step)].map((line) => indent + line),
    ];
  });
  const title = "Steps in which a drafted token was rejected, or kept by relaxed verification";
  return [`${title}: ${decided.length} of ${trace.steps.length}`, ...lines];
}

/**
 * A step as the panel shows it: a chain's tokens in order, kept or not, then the target's own; of a tree the kept path
 * and the target's own, then each branch that leaves it on its own line, indented after each fork.
 */
function stepLines(trace: Trace, step: TraceStep, style: "colour" | "marks"): string[] {
  const { draft, path } = step;
  const onLine = isChainDraft(draft) ? [...draft.keys(), draft.length] : [...path, draft.length];
  const lines = [tokensOf(trace, step, onLine, style)];
  if (isChainDraft(draft)) return lines;
  for (const before of [-1, ...path]) {
    const after = before < 0 ? "after the root" : `after ${quoted(trace, draft[before]!.id)}`;
    for (const place of childrenOf(draft, before)) {
      if (path.includes(place)) continue;
      const [first = "", ...others] = branchLines(trace, step, place, style);
      lines.push(`${after}: ${first}`, ...others);
    }
  }
  return lines;
}

/** Deeper forks are not distinguished, so that lines stay readable. */
const MAX_INDENT = 12;

/** A branch up to its next fork, then the branches after it, indented. */
function branchLines(trace: Trace, step: TraceStep, from: number, style: "colour" | "marks"): string[] {
  const lines: string[] = [];
  const open: { readonly place: number; readonly indent: number }[] = [{ place: from, indent: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const run = [next.place];
    let children = childrenOf(step.draft, next.place);
    while (children.length === 1) {
      run.push(children[0]!);
      children = childrenOf(step.draft, children[0]!);
    }
    const mark = next.indent === 0 ? "" : `${" ".repeat(next.indent)}└ `;
    lines.push(mark + tokensOf(trace, step, run, style));
    const indent = Math.min(MAX_INDENT, next.indent + 2);
    open.push(...children.reverse().map((place) => ({ place, indent })));
  }
  return lines;
}

function tokensOf(
  trace: Trace,
  step: TraceStep,
  places: readonly number[],
  style: "colour" | "marks",
): string {
  let text = "";
  const printer = new TokenPrinter((part) => (text += part), style);
  for (const place of places) {
    const id = step.draft[place]?.id ?? step.next.id;
    printer.token(oneLine(tokenText(trace, id)), tokenKind({ step, place }));
  }
  printer.end();
  return text.trimEnd();
}

/** A tree may have dozens of rejected tokens, whose sentences are nearly the same. */
const MAX_REASONS = 8;

function reasonsOf(trace: Trace, step: TraceStep): string[] {
  const reasons = step.draft.flatMap(({ id }, place) => {
    const verdict = step.verdicts[place]!;
    if (verdict.kind !== "rejected" && verdict.kind !== "relaxed") return [];
    const { own } = step.rows[rowIndexOf(step, place)]!;
    const choice = verdict.kind === "relaxed" ? `; the target's choice was ${quoted(trace, own)}` : "";
    return [`${quoted(trace, id)} ${verdictSentence(verdict, trace.request)}${choice}`];
  });
  if (reasons.length <= MAX_REASONS) return reasons;
  const more = reasons.length - MAX_REASONS;
  return [...reasons.slice(0, MAX_REASONS), `… and ${more} more; --tokens-csv writes them all`];
}

/** “ film”, on one line. */
export function quoted(trace: Pick<Trace, "tokens">, id: number): string {
  return `“${oneLine(tokenText(trace, id))}”`;
}
