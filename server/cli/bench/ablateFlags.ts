// What the options of `laser ablate` give.
import type { OverwriteFlags } from "../files/overwrite.ts";
import type { Ablated, RelaxedRule, Shape } from "../../bench/index.ts";

export interface AblateFlags extends OverwriteFlags {
  readonly only?: readonly Ablated[];
  readonly pool?: number;
  readonly poolSizes: readonly number[];
  readonly tests?: number;
  readonly seed: number;
  readonly base: Shape;
  readonly draft: number;
  readonly traces?: readonly string[];
  readonly rules: readonly RelaxedRule[];
  readonly model?: string;
  readonly prompts: number;
  readonly out: string;
  readonly json?: boolean;
}

/** Room for a prompt of the tests and its answer. */
export const ABLATE_CONTEXT_TOKENS = 2048;
