// Which pool serves a prompt, and why: the reason that the Pools view shows.
import { STRATEGY_TRAITS, type Strategy } from "../../core/laser/index.ts";

export interface PromptInUse {
  /** Base name of the prompt file. */
  readonly name: string;
  /** The pool of its `laser:` block, absolute; null if it names none. */
  readonly ownPool: string | null;
  /** The group of its `laser:` block; null if it names none. */
  readonly group: string | null;
  /** That of the setting, absolute; empty if it names none. */
  readonly settingPool: string;
  readonly strategy: Strategy;
}

export type Serving =
  | { readonly kind: "serves"; readonly by: "prompt" | "setting" }
  | { readonly kind: "unused"; readonly by: "prompt" | "setting"; readonly strategy: Strategy }
  | { readonly kind: "overridden" };

/** How a pool relates to the prompt in use; null if neither the prompt nor the setting names it. */
export function servingOf(path: string, prompt: PromptInUse): Serving | null {
  const { ownPool, settingPool, strategy } = prompt;
  const by = ownPool === path ? "prompt" : settingPool === path ? "setting" : null;
  if (by === null) return null;
  if (by === "setting" && ownPool !== null) return { kind: "overridden" };
  return STRATEGY_TRAITS[strategy].usesPool ? { kind: "serves", by } : { kind: "unused", by, strategy };
}

/**
 * How a group of the pool that serves a prompt relates to it: own: its answers count in full · other: they count as much as
 * they prove worth · alike: the prompt does not name a group of this pool, and all its answers count in full.
 */
export type GroupServing = "own" | "other" | "alike";

/** @param groups all of the pool */
export function groupServingOf(
  group: string | null,
  groups: readonly (string | null)[],
  { group: wanted }: PromptInUse,
): GroupServing {
  if (wanted === null || !groups.includes(wanted)) return "alike";
  return group === wanted ? "own" : "other";
}
