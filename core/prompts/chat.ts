// Renders chat messages with the model's own chat template, into fragments that keep control tokens and text
// apart.
import { PromptError, type PromptFault } from "./errors.ts";
import { textGuard, type Fragment } from "./fragments.ts";
import {
  environmentWith,
  evaluate,
  parse,
  RaisedByTemplate,
  reasonOf,
  tokenizeChatTemplate,
} from "./jinja.ts";
import type { ChatMessage } from "./promptFile.ts";
import { formatTime, type LocalTime } from "./strftime.ts";

export interface ChatOptions {
  /** Spellings of the vocabulary's control tokens; bosToken and eosToken may be missing. */
  readonly controlTokens: readonly string[];
  /** Empty if the vocabulary has none. */
  readonly bosToken: string;
  readonly eosToken: string;
  /** The current time, for templates that write today's date. */
  readonly now: LocalTime;
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
  const { bosToken, eosToken, controlTokens, now } = options;
  const controls = [...controlTokens, bosToken, eosToken];
  const guard = textGuard(controls, [template, ...messages.map(({ content }) => content)]);
  if (guard === null) throw new PromptError({ tag: "noPrivateCharacter" });
  const environment = environmentWith(
    [
      ["messages", messages.map(({ role, content }) => ({ role, content: guard.protect(content) }))],
      ["bos_token", bosToken],
      ["eos_token", eosToken],
      ["add_generation_prompt", true],
      // Templates test whether these are none; if left out they would be undefined, which is not the same.
      ["tools", null],
      ["documents", null],
    ],
    { strftime_now: (format) => formatTime(now, String(format)) },
  );
  const nodes = attempt("templateInvalid", () => parse(tokenizeChatTemplate(template)));
  const rendered = attempt("templateFailed", () => evaluate(nodes, environment));
  const fragments = guard.split(rendered);
  return { fragments, text: fragments.map(({ text }) => text).join("") };
}

function attempt<T>(otherwise: "templateInvalid" | "templateFailed", action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new PromptError(faultOf(otherwise, error), { cause: error });
  }
}

function faultOf(otherwise: "templateInvalid" | "templateFailed", error: unknown): PromptFault {
  if (error instanceof RaisedByTemplate) return { tag: "templateRefused", reason: error.message };
  return { tag: otherwise, reason: reasonOf(error) };
}
