// Runs the decode loop on seeded random targets, and gathers what it did. For property tests.
import { ScriptedTarget, type Script } from "../../../server/engine/scripted/scriptedTarget.ts";
import {
  CostModel,
  decode,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  RenewalPlanner,
  type DecodeEvent,
  type DecodeRequest,
  type DecodeResult,
  type Drafter,
  type Step,
  type TokenId,
} from "../../../core/laser/index.ts";
import { hash3 } from "../../../core/laser/hash.ts";
import type { Random } from "../random.ts";

export const END_OF_TEXT = 0;

/** A script whose row depends on the last two tokens: texts repeat themselves, and a wrong cache changes them. */
export function markovScript(seed: number, vocabularySize: number): Script {
  return (sequence) => {
    const state = hash3(seed, sequence.at(-1) ?? 0, sequence.at(-2) ?? 0);
    const candidates = new Map<TokenId, number>();
    for (let i = 0; i < 4; i++) {
      const token = 1 + (hash3(state, i, 1) % (vocabularySize - 1));
      if (!candidates.has(token)) candidates.set(token, 5 - i * ((hash3(state, i, 2) % 100) / 40));
    }
    if (state % 97 === 0) candidates.set(END_OF_TEXT, 6);
    return [...candidates].map(([token, logit]) => ({ token, logit }));
  };
}

/** The same, but nearly flat: with penalties the best token is often in doubt, and draws reach far down a row. */
export function flatScript(seed: number, vocabularySize: number): Script {
  return (sequence) => {
    const state = hash3(seed, sequence.at(-1) ?? 0, sequence.at(-2) ?? 0);
    return Array.from({ length: vocabularySize - 1 }, (_, i) => ({
      token: 1 + ((state + i) % (vocabularySize - 1)),
      logit: 3 - ((hash3(state, i, 3) % 100) / 100) * 1.5,
    }));
  };
}

export function randomTokens(random: Random, count: number, vocabularySize: number): number[] {
  return Array.from({ length: count }, () => 1 + random.below(vocabularySize - 1));
}

/** Costs at which long drafts look cheap, so that drafts are really sent. */
export const FLAT_COSTS = {
  points: [1, 2, 4, 8, 12, 16].map((tokens) => ({
    tokens,
    threads: 1,
    baseMs: 10 + tokens / 10,
    msPerContextToken: 0,
  })),
};

export interface Outcome {
  readonly steps: readonly Step[];
  readonly result: DecodeResult;
  /** What the target kept after each step. */
  readonly kept: readonly (readonly TokenId[])[];
}

export interface Setup extends Partial<Omit<DecodeRequest, "target" | "prompt">> {
  readonly target: ScriptedTarget;
  readonly prompt: readonly TokenId[];
  readonly drafter?: Drafter | null;
  readonly onEvent?: (event: DecodeEvent) => void;
}

/** Runs to the end. The clock advances 1 ms per look. */
export async function runDecode({ onEvent, ...setup }: Setup): Promise<Outcome> {
  let clock = 0;
  const request: DecodeRequest = {
    maxTokens: 60,
    sampling: DEFAULT_SAMPLING,
    rule: { kind: "strict" },
    guards: DEFAULT_GUARDS,
    drafter: null,
    planner: new RenewalPlanner(new CostModel(FLAT_COSTS, true)),
    maxDraftTokens: 15,
    rowWidth: 16,
    signal: { aborted: false },
    now: () => clock++,
    ...setup,
    prompt: Int32Array.from(setup.prompt),
  };
  const run = decode(request);
  const steps: Step[] = [];
  const kept: TokenId[][] = [];
  for (;;) {
    const { done, value } = await run.next();
    if (done) return { steps, result: value, kept };
    onEvent?.(value);
    if (value.kind !== "step") continue;
    steps.push(value.step);
    kept.push([...setup.target.kept]);
  }
}
