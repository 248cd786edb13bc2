// Prepares the tokens of a recorded answer for evaluation, checked against the loaded model.
import type { Engine } from "../../engine/index.ts";
import { checkRequest } from "../../../core/laser/index.ts";
import type { GenerationSettings } from "../../../core/settings/index.ts";
import type { ContinueFrom } from "../../protocol/worker.ts";
import { WorkerError } from "../errors.ts";
import type { ContinuedPrompt } from "./traceHeader.ts";

/**
 * @param file name of the prompt file
 * @param settings of the whole answer; those returned are for the rest of it
 * @throws WorkerError for tokens of another model, an answer that has ended and one that has its maximum length;
 * DecodeError for a token outside the vocabulary and an answer that does not fit in the context
 */
export function continuePrompt(
  from: ContinueFrom,
  file: string | null,
  settings: GenerationSettings,
  { model, target }: Pick<Engine, "model" | "target">,
): { readonly prompt: ContinuedPrompt; readonly settings: GenerationSettings } {
  const { messages, rendered, promptTokens, inheritedTokens, parent } = from;
  const { name: recorded, tokenizerFingerprint } = from.model;
  if (tokenizerFingerprint !== model.tokenizerFingerprint)
    throw new WorkerError({ tag: "continueOtherModel", recorded, loaded: model.name });
  requireConsistent(from, target.vocabularySize);
  const maxTokens = settings.maxTokens - inheritedTokens;
  if (maxTokens < 1)
    throw new WorkerError({ tag: "continueNothingLeft", inheritedTokens, maxTokens: settings.maxTokens });
  checkRequest({ prompt: Int32Array.from(promptTokens), maxTokens, target });
  if (inheritedTokens > 0 && target.isEndOfText(promptTokens.at(-1)!))
    throw new WorkerError({ tag: "continueEnded" });
  return {
    prompt: { file, messages, rendered, tokens: promptTokens, inheritedTokens, parent },
    settings: { ...settings, maxTokens },
  };
}

/** A trace has to satisfy the same conditions, or it could not be read back. */
function requireConsistent(
  { promptTokens, inheritedTokens, parent: { tokensBefore, token, was } }: ContinueFrom,
  vocabularySize: number,
): void {
  const must = (holds: boolean, name: string, reason: string): void => {
    if (!holds) throw new WorkerError({ tag: "badRequest", field: `params.continueFrom.${name}`, reason });
  };
  const prompt = promptTokens.length;
  must(inheritedTokens < prompt, "inheritedTokens", `must be less than the ${prompt} promptTokens`);
  const keptTokens = tokensBefore + (token === null ? 0 : 1);
  must(
    keptTokens <= inheritedTokens,
    "parent",
    `keeps ${keptTokens} tokens, of ${inheritedTokens} inherited`,
  );
  must(token === null || token === promptTokens.at(-1), "parent.token", "must be the last of promptTokens");
  must(was === null || was < vocabularySize, "parent.was", `must be less than ${vocabularySize}`);
}
