// What a prompt file becomes before a model evaluates it.
import type { ChatMessage } from "../../../core/prompts/index.ts";
import type { PromptFragment } from "../../engine/index.ts";

/** A prompt ready to evaluate: the messages, and the chat template's rendering of them. */
export interface PreparedPrompt {
  /** Name of the prompt file; null if there is none. */
  readonly file: string | null;
  /** As the chat template took them. */
  readonly messages: readonly ChatMessage[];
  readonly rendered: string;
  readonly fragments: readonly PromptFragment[];
  /** Whether the chat template left out the system text that it was given; false if left out. */
  readonly leavesOutSystem?: boolean;
  /** Whether it left out the last user's text; false if left out. */
  readonly leavesOutUser?: boolean;
}
