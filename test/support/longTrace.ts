// A trace of as many steps as wanted, put together from seeded runs: for what must hold, or be quick, over long answers.
import { committedOf, type Trace, type TraceStep } from "../../server/trace/index.ts";
import { randomTrace } from "./traces.ts";

/** Steps of many seeded runs one behind the other; its text is left empty. */
export function longTrace(seed: number, steps: number): Trace {
  const first = randomTrace(seed);
  const taken: TraceStep[] = [];
  const tokens: number[] = [];
  const names: Record<string, Trace["tokens"][string]> = { ...first.tokens };
  for (let other = seed; taken.length < steps; other += 7919) {
    const trace = randomTrace(other);
    Object.assign(names, trace.tokens);
    for (const step of trace.steps.slice(0, steps - taken.length)) {
      const position = first.request.promptTokens.length - 1 + tokens.length;
      taken.push({ ...step, index: taken.length, position });
      tokens.push(...committedOf(step));
    }
  }
  return { ...first, tokens: names, steps: taken, result: { ...first.result, tokens, text: "" } };
}
