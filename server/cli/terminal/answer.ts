// Writes one answer to the terminal while it is generated, and saves its trace.
import { inheritedText, reproducibleWords, type Trace } from "../../../core/trace/index.ts";
import { writeTraceFile } from "../../files/traces/index.ts";
import type { GenerateOptions, Session } from "../../worker/index.ts";
import { openProgress } from "./output.ts";
import { TokenPrinter, type TokenStyle } from "./tokens.ts";

export interface AnswerOptions extends Omit<GenerateOptions, "onEvent"> {
  /** Where tokens are written as they are committed; null: nowhere. */
  readonly output: { write(text: string): void; readonly style: TokenStyle } | null;
  /** Where the trace is written, gzip-compressed if the name ends in .gz; null: nowhere. */
  readonly tracePath: string | null;
}

export interface Answered {
  readonly trace: Trace;
  /** Why the trace could not be written; the answer is valid anyway. */
  readonly writeError: Error | null;
}

/**
 * Generates one answer. A stopped or failed run writes its partial trace, too.
 * @throws errors of Session.generate; for a failed run the engine's own error, after its trace was written
 */
export async function answer(
  session: Session,
  { output, tracePath, ...options }: AnswerOptions,
): Promise<Answered> {
  const progress = openProgress();
  const printer =
    output &&
    new TokenPrinter((text) => {
      output.write(text);
    }, output.style);
  let inherited = "";
  try {
    const { trace, failure } = await session.generate({
      ...options,
      onEvent: (event) => {
        if (event.kind === "prefill" && event.doneTokens < event.totalTokens)
          progress.update("reading the prompt", event.doneTokens / event.totalTokens);
        if (event.kind === "probe") progress.update("trying the model's batch sizes (once)", event.share);
        if (event.kind === "begin") {
          const { request } = event.header;
          inherited = inheritedText(request, event.tokens);
          if (request.notReproducible !== undefined)
            progress.done(`reproducible: ${reproducibleWords(request)}`);
        }
        if (event.kind !== "step") return;
        progress.close();
        printer?.token(inherited, "plain");
        inherited = "";
        for (const { text, tokenClass } of event.pieces) printer?.token(text, tokenClass);
      },
    });
    const writeError = await keep(trace, tracePath);
    if (failure !== null) throw failure;
    return { trace, writeError };
  } finally {
    progress.close();
    printer?.end();
  }
}

async function keep(trace: Trace, path: string | null): Promise<Error | null> {
  if (path === null) return null;
  try {
    await writeTraceFile(path, trace);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
