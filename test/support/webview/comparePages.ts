// The compare page with traces that a test names.
import type { TestContext } from "vitest";
import type { ComparedFile, ToCompare } from "../../../extension/shared/compare.ts";
import { serialiseTrace, type Trace } from "../../../core/trace/index.ts";
import { plainTrace, wordTokens } from "../trace/plainTraces.ts";
import type { PageOpener } from "./fileBench.ts";
import type { WebviewPage } from "./page.ts";

/** The message that shows traces, or texts that should be traces, under their own names. */
export function tracesMessage(...traces: readonly (Trace | string)[]): ToCompare {
  const files = traces.map((trace, i): ComparedFile => ({
    uri: `file:///traces/run-${i}.lasertrace`,
    name: `run-${i}.lasertrace`,
    content: { text: typeof trace === "string" ? trace : serialiseTrace(trace) },
  }));
  return { kind: "traces", files, byPrompt: false };
}

/** What Compare Settings leaves: answers to two prompts, each with three values of k. */
export function sweepMessage(): ToCompare {
  const run = (prompt: string, topK: number): Trace => {
    const trace = plainTrace(wordTokens(`A book called ${prompt} by ${topK}`));
    const rule = { kind: "relaxed", topK, minProbability: 0.1 } as const;
    const request = { ...trace.request, rendered: prompt, values: { title: prompt } };
    return { ...trace, request: { ...request, strategy: "laser", rule } };
  };
  const all = ["Emma", "Dracula"].flatMap((title) => [1, 2, 4].map((k) => run(title, k)));
  return { ...tracesMessage(...all), byPrompt: true };
}

export async function openedComparison(
  bench: Pick<PageOpener, "page">,
  context: TestContext,
  message: ToCompare,
  size = { width: 1200, height: 800 },
): Promise<WebviewPage> {
  const compare = await bench.page("compare", size);
  context.onTestFinished(() => compare.close());
  await compare.send(message);
  return compare;
}
