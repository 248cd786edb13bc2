// A sound trace of any number of steps, assembled from seeded runs: for what must hold, or be quick, over long
// answers.
import { committedOf, pieces, tokenText, type Trace, type TraceStep } from "../../../core/trace/index.ts";
import { randomTrace } from "./randomTraces.ts";

/** Steps of many seeded runs one after the other, without those that end a text. */
export function longTrace(seed: number, steps: number): Trace {
  const first = randomTrace(seed);
  const taken: TraceStep[] = [];
  const tokens: number[] = [];
  const names: Record<string, Trace["tokens"][string]> = { ...first.tokens };
  let root = first.request.promptTokens.at(-1)!;
  for (let other = seed; taken.length < steps; other += 7919) {
    const trace = randomTrace(other, undefined, first.request);
    Object.assign(names, trace.tokens);
    const going = trace.steps.filter(({ next }) => !isEnd(tokenText(trace, next.id)));
    for (const step of going.slice(0, steps - taken.length)) {
      const position = first.request.promptTokens.length - 1 + tokens.length;
      taken.push({ ...step, index: taken.length, position, root });
      tokens.push(...committedOf(step));
      root = tokens.at(-1)!;
    }
  }
  const whole = { ...first, tokens: names, steps: taken, result: { ...first.result, tokens, text: "" } };
  const text = pieces(whole)
    .map((piece) => piece.text)
    .join("");
  return { ...whole, result: { ...whole.result, text } };
}

function isEnd(text: string): boolean {
  return text === "<|im_end|>";
}
