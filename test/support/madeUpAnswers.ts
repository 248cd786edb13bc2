// Seeded recorded answers that repeat one another: by sentence in all of them, and more so within a group.
import type { Recording } from "../../server/bench/index.ts";
import { seededRandom } from "./random.ts";

const WORDS = 40;
const SENTENCE_TOKENS = 6;
const OWN_SENTENCES = 4;

export interface MadeUp {
  readonly seed: number;
  readonly answers: number;
  readonly groups: number;
  /** Answers are about this many users in turn. */
  readonly subjects: number;
}

/** The same for the same numbers. No two answers are equal: each ends with its own token. */
export function madeUpAnswers({ seed, answers, groups, subjects }: MadeUp): readonly Recording[] {
  const random = seededRandom(seed);
  const sentence = () => Array.from({ length: SENTENCE_TOKENS }, () => 1 + random.below(WORDS));
  const sentences = () => Array.from({ length: OWN_SENTENCES }, sentence);
  const common = sentences();
  const own = Array.from({ length: groups }, sentences);
  return Array.from({ length: answers }, (_, i): Recording => {
    const group = i % groups;
    const parts = Array.from({ length: 4 + random.below(3) }, () =>
      random.pick(random.next() < 0.5 ? common : own[group]!),
    );
    return {
      k: `user-${i % subjects}`,
      kind: "user",
      group: `group-${group}`,
      prompt: Int32Array.of(0),
      out: Int32Array.from([...parts.flat(), 1 + WORDS + i]),
      ms: null,
    };
  });
}
