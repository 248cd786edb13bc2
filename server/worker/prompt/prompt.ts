// Turns the text of a prompt file into a prompt to evaluate: variables filled in, the model's chat template
// applied.
import type { Engine } from "../../engine/index.ts";
import {
  parsePrompty,
  renderChat,
  renderMessages,
  withFirstToken,
  type ChatMessage,
  type LocalTime,
  type Problem,
  type PromptFile,
  type PromptValue,
  type ReadPromptFile,
} from "../../../core/prompts/index.ts";
import type { GenerateParams } from "../../protocol/worker.ts";
import type { PreparedPrompt } from "./preparedPrompt.ts";

/** A prompt file with its variables filled in; this needs no model. */
export interface FilledPrompt {
  readonly file: PromptFile;
  readonly messages: readonly ChatMessage[];
  /** What the author may not have meant, by the file and by what the values made of it, in the order of the file. */
  readonly warnings: readonly Problem[];
}

/**
 * @param values for the file's variables; its samples are used for the others
 * @throws PromptError for a file with errors, a missing or an unknown variable
 * @param readFile reads the files that the prompt names; null if it has no folder
 */
export function fillPrompt(
  source: string,
  values: Readonly<Record<string, PromptValue>>,
  readFile: ReadPromptFile | null = null,
): FilledPrompt {
  const file = parsePrompty(source, readFile);
  const { messages, warnings } = renderMessages(file, values, promptDeadline());
  // Rendered, every variable that was needed had a value.
  const ofFile = file.problems.filter(({ code }) => code !== "variableWithoutValue");
  const all = [...ofFile, ...warnings].sort((a, b) => a.range.start.offset - b.range.start.offset);
  return { file, messages, warnings: all };
}

/**
 * The messages of a prompt that is given as such, or as text. A text without a file, front matter and role lines is not a
 * template: it is
 * one user message, taken literally with its braces.
 * @throws PromptError like fillPrompt
 */
export function messagesOf({
  source,
  promptFile,
  values,
  messages,
}: Pick<GenerateParams, "source" | "promptFile" | "values" | "messages">): readonly ChatMessage[] {
  if (messages !== undefined) return messages;
  const content = source.trim();
  if (promptFile === null && content !== "" && isPlainText(source)) return [{ role: "user", content }];
  return fillPrompt(source, values).messages;
}

/** Whether a text is not a prompt file: it has neither front matter nor role lines. */
export function isPlainText(source: string): boolean {
  return (
    !/^\s*(?:---|\+\+\+)/.test(source) &&
    parsePrompty(source).sections.every(({ roleLine }) => roleLine === null)
  );
}

/** A chat template comes with a model file that was downloaded: it may be made to run forever. */
const MAX_CHAT_MS = 2_000;
/** Nothing else is handled while a prompt is rendered, not even a stop. */
const MAX_PROMPT_MS = 5_000;

/** For one rendering of a prompt file, which begins now. */
export function promptDeadline(): () => boolean {
  return deadline(MAX_PROMPT_MS);
}

/** Whether a rendering took too long, in time of the clock and of the processor: on a busy machine it may wait. */
function deadline(mostMs: number): () => boolean {
  const begun = performance.now();
  const used = process.cpuUsage();
  return () => {
    if (performance.now() - begun <= mostMs) return false;
    const { user, system } = process.cpuUsage(used);
    return (user + system) / 1000 > mostMs;
  };
}

/**
 * Applies the model's own chat template, and puts the BOS token first if the model asks for it and the template doesn't write it.
 * @param name of the file, for the trace
 * @param now for templates that write the date
 * @param systemInUserTurn the setting of that name
 * @throws PromptError for a template that is missing or broken, or refuses the messages
 */
export function applyTemplate(
  messages: readonly ChatMessage[],
  name: string | null,
  { chat, tokenizer }: Pick<Engine, "chat" | "tokenizer">,
  now: Date,
  systemInUserTurn: boolean,
): PreparedPrompt {
  const rendered = renderChat(chat.template, messages, {
    bosToken: chat.bosToken,
    eosToken: chat.eosToken,
    controlTokens: tokenizer.controlTokens,
    now: localTime(now),
    file: chat.templateFile ?? null,
    systemInUserTurn,
    isOverdue: deadline(MAX_CHAT_MS),
  });
  const fragments = withFirstToken(rendered.fragments, chat.bosToken, chat.addsBos);
  return {
    file: name,
    messages: rendered.messages,
    rendered: fragments.map(({ text }) => text).join(""),
    fragments,
    leavesOutSystem: rendered.leavesOutSystem,
    leavesOutUser: rendered.leavesOutUser,
  };
}

function localTime(date: Date): LocalTime {
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
  };
}
