// Which pool serves a prompt, and why: the reason that the Pools view shows.
import { STRATEGY_TRAITS, type Strategy } from "../../core/laser/index.ts";

export interface PromptInUse {
  /** Base name of the prompt file. */
  readonly name: string;
  /** The pool of its `laser:` block, absolute; null if it names none. */
  readonly ownPool: string | null;
  /** That of the setting, absolute; empty if it names none. */
  readonly settingPool: string;
  readonly strategy: Strategy;
}

export type Serving =
  | { readonly kind: "serves"; readonly by: "prompt" | "setting" }
  | { readonly kind: "unused"; readonly by: "prompt" | "setting"; readonly strategy: Strategy }
  | { readonly kind: "overridden" };

/** How a pool stands to the prompt in use; null if neither the prompt nor the setting names it. */
export function servingOf(path: string, prompt: PromptInUse): Serving | null {
  const { ownPool, settingPool, strategy } = prompt;
  const by = ownPool === path ? "prompt" : settingPool === path ? "setting" : null;
  if (by === null) return null;
  if (by === "setting" && ownPool !== null) return { kind: "overridden" };
  return STRATEGY_TRAITS[strategy].usesPool ? { kind: "serves", by } : { kind: "unused", by, strategy };
}
