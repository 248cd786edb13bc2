// A pool ready for drafting: answers tokenized for the loaded model and indexed, with the names of their entries.
import type { Tokenizer } from "../engine/index.ts";
import { buildPoolIndex, type PoolIndex } from "../laser/index.ts";
import type { Answer, AnswerFile } from "../pools/index.ts";

export interface LoadedPool {
  readonly name: string;
  readonly fingerprint: string;
  readonly index: PoolIndex;
  /** Entry i of the index. */
  readonly entries: readonly Answer[];
}

export function indexAnswers({ name, fingerprint, answers }: AnswerFile, tokenizer: Tokenizer): LoadedPool {
  const index = buildPoolIndex(answers.map((answer) => tokenizer.tokenize(answer.text, false)));
  return { name, fingerprint, index, entries: answers };
}
