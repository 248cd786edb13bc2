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
  /** Spellings of the vocabulary's control tokens; bosToken and eosToken need not be among them. */
  readonly controlTokens: readonly string[];
  /** Empty where the vocabulary has none. */
  readonly bosToken: string;
  readonly eosToken: string;
  /** What templates that write today's date are told. */
  readonly now: LocalTime;
}

export interface RenderedChat {
  /** In order; no two texts next to each other, none empty. */
  readonly fragments: readonly Fragment[];
  /** The fragments joined: for people to read, not to tokenize, since it no longer tells control tokens from text. */
  readonly text: string;
}

/**
 * Renders the messages and the opening of the assistant's turn.
 * Text that a user wrote stays text even where it spells a control token; control fragments come from the template alone.
 * @param template the chat template of the model file; null or blank where it has none
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
      // Templates ask whether these are none; left out they would be undefined, which is something else.
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
