// Renders chat messages with the model's own chat template, into fragments that keep control tokens and text
// apart.
import { PromptError, type PromptFault } from "./errors.ts";
import { textGuard, type Fragment } from "./fragments.ts";
import {
  DEFAULT_LIMITS,
  parseTemplate,
  RaisedByTemplate,
  RenderError,
  renderTemplate,
  textFunction,
  valueOf,
  type Value,
  type WhiteSpaceRules,
} from "./jinja/index.ts";
import type { ChatMessage } from "./promptFile.ts";
import { formatTime, type LocalTime } from "./strftime.ts";

/** The white space rules that chat templates are written for: as transformers sets Jinja2 up. */
const CHAT_RULES: WhiteSpaceRules = { trimBlocks: true, lstripBlocks: true };

export interface ChatOptions {
  /** Spellings of the vocabulary's control tokens; bosToken and eosToken may be missing. */
  readonly controlTokens: readonly string[];
  /** Empty if the vocabulary has none. */
  readonly bosToken: string;
  readonly eosToken: string;
  /** The current time, for templates that write today's date. */
  readonly now: LocalTime;
  /** Asked while the template is rendered; true ends that. */
  readonly isOverdue?: () => boolean;
}

export interface RenderedChat {
  /** In order; no adjacent texts, none empty. */
  readonly fragments: readonly Fragment[];
  /** The fragments joined: for display, not to tokenize, since control tokens and text can't be told apart in it. */
  readonly text: string;
}

/**
 * Renders the messages and the opening of the assistant's turn.
 * Text from a user stays text even if it spells a control token; control fragments come only from the template.
 * @param template the chat template of the model file; null or blank if it has none
 * @throws PromptError templateMissing, templateInvalid, templateRefused, templateFailed or noPrivateCharacter
 */
export function renderChat(
  template: string | null,
  messages: readonly ChatMessage[],
  options: ChatOptions,
): RenderedChat {
  if (template === null || template.trim() === "") throw new PromptError({ tag: "templateMissing" });
  const { bosToken, eosToken, controlTokens, now, isOverdue } = options;
  const limits = { ...DEFAULT_LIMITS, ...(isOverdue && { isOverdue }) };
  const controls = [...controlTokens, bosToken, eosToken];
  const guard = textGuard(controls, [template, ...messages.map(({ content }) => content)]);
  if (guard === null) throw new PromptError({ tag: "noPrivateCharacter" });
  const variables: [string, Value][] = [
    ["messages", valueOf(messages.map(({ role, content }) => ({ role, content: guard.protect(content) })))],
    ["bos_token", bosToken],
    ["eos_token", eosToken],
    ["add_generation_prompt", true],
    // Templates test whether these are none; if left out they would be undefined, which is not the same.
    ["tools", null],
    ["documents", null],
    ["strftime_now", textFunction("strftime_now", (format = "") => formatTime(now, format))],
  ];
  // Jinja2 drops one line end at the end of a template unless told otherwise.
  const parsed = parseTemplate(template.replace(/(?:\r\n|\r|\n)$/, ""), CHAT_RULES);
  const [mistake] = parsed.mistakes;
  if (mistake !== undefined) throw new PromptError({ tag: "templateInvalid", reason: mistake.reason });
  const rendered = attempt(() =>
    renderTemplate(parsed, variables, { json: "plain", scalars: "python", limits })
      .map(({ text }) => text)
      .join(""),
  );
  const fragments = guard.split(rendered);
  return { fragments, text: fragments.map(({ text }) => text).join("") };
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new PromptError(faultOf(error), { cause: error });
  }
}

function faultOf(error: unknown): PromptFault {
  if (error instanceof RaisedByTemplate) return { tag: "templateRefused", reason: error.message };
  if (error instanceof RenderError) return { tag: "templateFailed", reason: error.reason };
  throw error;
}
