// Identities between the figures of a trace. A trace that breaks one was damaged, edited or badly recorded.
// Shapes are checked before (validate.ts).
import { idsOfStep } from "./ids.ts";
import { committedOf, countSteps } from "../metrics.ts";
import { lookUp, pieces } from "../text.ts";
import type { Trace, TraceStep } from "../types.ts";
import { checkPath, checkTree } from "./treeIdentities.ts";
import { checkRows, checkVerdicts, type Must } from "./verdictIdentities.ts";

/** The broken identities in words, each with the figures that disagree, steps from 1; empty for a sound trace. */
export function checkIdentities(trace: Trace): string[] {
  const broken: string[] = [];
  const must = (holds: boolean, identity: () => string): void => {
    if (!holds) broken.push(identity());
  };
  // What is counted below follows parents and paths.
  for (const step of trace.steps) checkTree(step, must);
  if (broken.length > 0) return broken;
  checkInherited(trace, must);
  checkResult(trace, must);
  checkTotals(trace, must);
  checkChain(trace, must);
  trace.steps.forEach((step) => {
    checkStep(trace, step, must);
  });
  checkDictionary(trace, must);
  return broken;
}

/** Inherited tokens: at the end of the prompt's tokens, at most all but one, ending with the chosen token. */
function checkInherited({ request }: Trace, must: Must): void {
  const { promptTokens, inheritedTokens = 0, parent } = request;
  must(
    inheritedTokens === 0 || inheritedTokens < promptTokens.length,
    () =>
      `${inheritedTokens} tokens are inherited, but prompt and inherited tokens together are only ${promptTokens.length}`,
  );
  if (parent === undefined) return;
  const { tokensBefore, token } = parent;
  const keptTokens = tokensBefore + (token === null ? 0 : 1);
  must(
    keptTokens <= inheritedTokens,
    () =>
      `${inheritedTokens} tokens are inherited, fewer than the ${keptTokens} taken over from the earlier run`,
  );
  must(
    token === null || promptTokens.at(-1) === token,
    () =>
      `token ${String(token)} was chosen to continue with, but the last inherited token is ${String(promptTokens.at(-1))}`,
  );
}

function checkResult(trace: Trace, must: Must): void {
  const { result, request } = trace;
  const { finish, error, prefillTokens, text } = result;
  must(
    (finish === "failed") === (error !== undefined),
    () => `finish is ${finish}, but the result ${error ? "has an" : "has no"} error`,
  );
  must(finish !== "stop" || request.stop !== undefined, () => "finish is stop, but the request has no stop");
  must(
    finish !== "loop" || typeof request.stopAtLoop === "number",
    () => "finish is loop, but the request does not stop at loops",
  );
  must(
    finish !== "complete" || request.jsonSchema !== undefined || request.grammar !== undefined,
    () => "finish is complete, but the request has neither a JSON schema nor a grammar",
  );
  must(
    prefillTokens <= request.promptTokens.length,
    () => `${prefillTokens} prefill tokens, but the prompt has ${request.promptTokens.length}`,
  );
  const joined = pieces(trace)
    .map((piece) => piece.text)
    .join("");
  must(joined === text, () => "the text of the result's tokens is not the result's text");
}

function checkTotals({ steps, request, result }: Trace, must: Must): void {
  const counts = countSteps(steps, request.rule);
  const kept = counts.accepted + counts.relaxed;
  const histogram = counts.keptHistogram;
  const inHistogram = histogram.reduce((sum, amount) => sum + amount, 0);
  const keptInHistogram = histogram.reduce((sum, amount, size) => sum + size * amount, 0);
  must(inHistogram === counts.steps, () => `the histogram counts ${inHistogram} steps of ${counts.steps}`);
  must(keptInHistogram === kept, () => `the histogram counts ${keptInHistogram} kept drafts of ${kept}`);
  must(
    counts.committed === kept + counts.steps,
    () => `${counts.committed} committed tokens, but ${kept} kept drafts in ${counts.steps} steps`,
  );
  must(
    counts.committed === result.tokens.length,
    () => `the steps commit ${counts.committed} tokens, but the result has ${result.tokens.length}`,
  );
}

/** Steps are consecutive: positions add up, each root is the last committed token, their tokens are the result's. */
function checkChain({ steps, request, result }: Trace, must: Must): void {
  let position = request.promptTokens.length - 1;
  let root = request.promptTokens.at(-1);
  let committed = 0;
  let differing = -1;
  steps.forEach((step, index) => {
    const at = `step ${index + 1}`;
    must(step.index === index, () => `${at} has the index ${step.index} instead of ${index}`);
    must(step.position === position, () => `${at} is at position ${step.position} instead of ${position}`);
    must(
      step.root === root,
      () => `${at} has root ${step.root}, but ${String(root)} was committed before it`,
    );
    for (const token of committedOf(step)) {
      if (result.tokens[committed] !== token) differing = differing < 0 ? index : differing;
      committed++;
      root = token;
      position++;
    }
  });
  must(differing < 0, () => `step ${differing + 1} commits tokens that differ from the result's`);
}

function checkStep(trace: Trace, step: TraceStep, must: Must): void {
  const { draft, rows, position, plan, evaluatedTokens, repeatedTokens } = step;
  const { declined } = plan;
  const at = `step ${step.index + 1}`;
  must(
    rows.length === draft.length + 1,
    () => `${at} has ${rows.length} rows for ${draft.length + 1} judged positions`,
  );
  must(
    evaluatedTokens >= draft.length + 1,
    () => `${at} evaluates ${evaluatedTokens} tokens, fewer than root and draft`,
  );
  must(
    repeatedTokens <= position,
    () => `${at} evaluates ${repeatedTokens} tokens again, but only ${position} precede its root`,
  );
  must(
    plan.sentTokens === draft.length && plan.offeredTokens >= plan.sentTokens,
    () =>
      `${at} sends ${draft.length} drafted tokens, but its plan says ${plan.sentTokens} of ${plan.offeredTokens}`,
  );
  must(
    (draft.length === 0) === (plan.noDraft !== null),
    () =>
      `${at} ${draft.length === 0 ? "has no draft and no reason for that" : "has a draft, but a reason for having none"}`,
  );
  must(
    declined === null || (draft.length === 0 && declined.draftedTokens <= plan.offeredTokens),
    () =>
      `${at} declines a draft of ${declined!.draftedTokens} tokens, but sends ${draft.length} of ${plan.offeredTokens}`,
  );
  checkPath(step, must);
  checkRows(step, must);
  checkVerdicts(trace, step, must);
}

/** Every mentioned id is in the vocabulary and has a text. */
function checkDictionary(trace: Trace, must: Must): void {
  const { tokens, model, request, steps, result } = trace;
  const seen = new Set<number>();
  const check = (id: number): void => {
    if (seen.has(id)) return;
    seen.add(id);
    must(id < model.vocabularySize, () => `token ${id} is outside the vocabulary of ${model.vocabularySize}`);
    must(lookUp(tokens, id) !== null, () => `token ${id} has no text`);
  };
  request.promptTokens.forEach(check);
  if (typeof request.parent?.was === "number") check(request.parent.was);
  result.tokens.forEach(check);
  for (const step of steps) for (const id of idsOfStep(step)) check(id);
}
