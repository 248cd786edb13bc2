// The reply to a batch client: figures and text of an answer, instead of the events of each step.
import {
  committedClassOf,
  committedOf,
  countSteps,
  pieces,
  type PoolRoute,
  type Trace,
} from "../../../core/trace/index.ts";
import type { AnswerResult } from "../../protocol/worker.ts";

/** Two tokens to match and one to draft: a shorter piece adds nothing to a pool. */
const MIN_OWN_TOKENS = 3;

/** The reply for a run that did not fail. */
export function answerResult(trace: Trace, route: PoolRoute | null): AnswerResult {
  const { request, result, steps } = trace;
  const { finish, text, prefillTokens, prefillMs } = result;
  if (finish === "failed") throw new Error("a run that did not fail says that it failed");
  const counts = countSteps(steps, request.rule);
  return {
    finish,
    text,
    ownChoice: ownChoiceOf(trace),
    promptTokens: request.promptTokens.length,
    prefillTokens,
    prefillMs: prefillMs ?? 0,
    decodeMs: counts.draftMs + counts.verifyMs + counts.otherMs,
    steps: counts.steps,
    committed: counts.committed,
    drafted: counts.drafted,
    accepted: counts.accepted,
    relaxed: counts.relaxed,
    strict: request.rule.kind === "strict",
    route,
  };
}

/** The parts of the text that are the target's own choice: what relaxed verification let through divides them. */
function ownChoiceOf(trace: Trace): readonly string[] {
  const classes = trace.steps.flatMap((step) =>
    committedOf(step).map((_, place) => committedClassOf(step, place)),
  );
  const parts: string[] = [];
  let part = { text: "", tokens: 0 };
  const end = (): void => {
    if (part.tokens >= MIN_OWN_TOKENS || part.tokens === classes.length) parts.push(part.text);
    part = { text: "", tokens: 0 };
  };
  pieces(trace).forEach(({ text }, place) => {
    if (classes[place] === "relaxed") end();
    else part = { text: part.text + text, tokens: part.tokens + 1 };
  });
  end();
  return parts.filter((text) => text !== "");
}
