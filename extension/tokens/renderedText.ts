// A prompt as the model gets it, as the text of a document: each message with its tokens, then all of it in the model's chat
// template. Values in, text out.
import { t } from "../../core/base/index.ts";
import type { RenderedPrompt } from "../../server/protocol/methods.ts";

export function renderedText({ file, contextTokens, prompt }: RenderedPrompt): string {
  if ("error" in prompt) return `${prompt.error.message}\n${prompt.error.nextStep}\n`;
  const { tokens, shown } = prompt;
  const left = contextTokens - tokens;
  const room =
    left > 0
      ? t(
          "{0} of the {1} tokens of the context are left for the answer.",
          number(left),
          number(contextTokens),
        )
      : t("The context of {0} tokens leaves no room for an answer.", number(contextTokens));
  return [
    t("As {0} gets it: {1}.", file, tokensText(tokens)),
    room,
    ...(shown.leavesOutSystem
      ? [t("The model's chat template has no place for the system message, which is left out.")]
      : []),
    "",
    ...shown.messages.flatMap(({ role, content, tokens: own }) => [
      heading(t("{0}: {1}", role, tokensText(own))),
      content,
      "",
    ]),
    heading(t("in the chat template: {0}", tokensText(tokens))),
    shown.rendered,
    "",
  ].join("\n");
}

const number = (value: number): string => value.toLocaleString("en");
const tokensText = (count: number): string => (count === 1 ? t("1 token") : t("{0} tokens", number(count)));

const WIDTH = 72;

const heading = (words: string): string => `── ${words} ${"─".repeat(Math.max(2, WIDTH - words.length))}`;
