// What a client asked to be written: the prompt to evaluate, and its settings.
import type { Engine } from "../engine/index.ts";
import { parsePrompty } from "../../core/prompts/index.ts";
import { DEFAULT_SETTINGS, withParameters, withValues } from "../../core/settings/index.ts";
import type { AnswerParams, GenerateParams } from "../protocol/worker.ts";
import { continuePrompt } from "./continuation.ts";
import { applyTemplate, isPlainText, messagesOf } from "./prompt.ts";
import type { GenerateOptions } from "./session.ts";

type Asked = Pick<GenerateOptions, "prompt" | "settings">;

/** @throws PromptError; WorkerError for an answer that can't be continued */
export function askedRun(params: GenerateParams, engine: Engine): Asked {
  const { settings, promptFile, continueFrom } = params;
  if (continueFrom !== undefined) return continuePrompt(continueFrom, promptFile, settings, engine);
  return { prompt: applyTemplate(messagesOf(params), promptFile, engine, new Date()), settings };
}

/** What was asked for by name overrides the prompt file's parameters, which override the defaults. @throws PromptError */
export function askedAnswer(params: AnswerParams, engine: Engine): Asked {
  const { source, promptFile, settings } = params;
  const isText = promptFile === null && isPlainText(source);
  const ofFile = isText
    ? DEFAULT_SETTINGS
    : withParameters(DEFAULT_SETTINGS, parsePrompty(source).parameters);
  return {
    prompt: applyTemplate(messagesOf(params), promptFile, engine, new Date()),
    settings: withValues(ofFile, settings),
  };
}
