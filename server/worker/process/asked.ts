// What a client asked to be written: the prompt to evaluate, and its settings.
import type { Engine } from "../../engine/index.ts";
import {
  parsePrompty,
  renderMessages,
  rowValues,
  withoutSamples,
  type ChatMessage,
} from "../../../core/prompts/index.ts";
import {
  DEFAULT_SETTINGS,
  withParameters,
  withValues,
  type GenerationSettings,
} from "../../../core/settings/index.ts";
import { namedRoute } from "../../pools/index.ts";
import type { AnswerParams, GenerateParams } from "../../protocol/worker.ts";
import { continuePrompt } from "../session/continuation.ts";
import { checkPromptLength } from "../prompt/promptLength.ts";
import { applyTemplate, isPlainText, messagesOf, promptDeadline } from "../prompt/prompt.ts";
import type { GenerateOptions } from "../session/generateOptions.ts";

type Asked = Pick<GenerateOptions, "prompt" | "settings" | "route">;

/** @throws PromptError; WorkerError for an answer that can't be continued */
export function askedRun(params: GenerateParams, engine: Engine): Asked {
  const { settings, promptFile, continueFrom } = params;
  if (continueFrom !== undefined) return continuePrompt(continueFrom, promptFile, settings, engine);
  const { systemInUserTurn } = settings;
  const messages = messagesOf(params);
  checkPromptLength(messages, engine);
  const group = parsePrompty(params.source).laser?.group ?? null;
  return {
    prompt: applyTemplate(messages, promptFile, engine, new Date(), systemInUserTurn),
    settings,
    ...(group !== null && { route: { subject: null, ...namedRoute(group) } }),
  };
}

/** Batch clients write many answers, each of which starts with what the earlier ones learned. */
const ANSWER_SETTINGS: GenerationSettings = { ...DEFAULT_SETTINGS, planner: "adaptive" };

/**
 * What was asked for by name overrides the prompt file's parameters, which override the defaults. The values are a row of
 * data: those that the prompt does not use are left out, and no sample of the file replaces one that is missing.
 * @throws PromptError
 */
export function askedAnswer(params: AnswerParams, engine: Engine): Asked {
  const { source, promptFile } = params;
  if (promptFile === null && isPlainText(source)) {
    const messages = messagesOf({ source, promptFile, values: {} });
    return asked(messages, params, ANSWER_SETTINGS, engine);
  }
  const file = parsePrompty(source);
  const { messages } = renderMessages(withoutSamples(file), rowValues(file, params.values), promptDeadline());
  return asked(messages, params, withParameters(ANSWER_SETTINGS, file.parameters), engine);
}

function asked(
  messages: readonly ChatMessage[],
  { promptFile, settings }: AnswerParams,
  before: GenerationSettings,
  engine: Engine,
): Asked {
  const chosen = withValues(before, settings);
  checkPromptLength(messages, engine);
  return {
    prompt: applyTemplate(messages, promptFile, engine, new Date(), chosen.systemInUserTurn),
    settings: chosen,
  };
}
