// A target that follows a recorded text: every evaluation is really made by the model, then the recorded next token
// replaces the model's own choice (teacher forcing). So the text of any model can be timed on any other.
import {
  type EvaluateOptions,
  NO_ROWS,
  type TargetModel,
  type TokenId,
  type TopRows,
} from "../../core/laser/index.ts";

/** The note shown with every figure from a followed text. */
export const FOLLOWED =
  "The text is recorded, not the model's: each evaluation was really made, then the recorded token replaced the model's choice.";
/** Why a relaxed rule is not measured on such a text. */
export const FOLLOWED_STRICT_ONLY =
  "Only the strict rule: what a relaxed rule would have kept depends on probabilities that a text does not hold.";

/** How far the recorded token is raised above the model's own best logit. */
const LEAD = 1;

/** Only for the strict rule at temperature 0 and without penalties. Calls must not overlap. */
export class FollowedTarget implements TargetModel {
  readonly vocabularySize: number;
  readonly contextTokens: number;
  readonly maxTreeLeaves: number;
  readonly fillerTokens: number;
  private readonly sequence: Int32Array;
  private kept = 0;
  /** Of the last evaluation: how far each row's recorded token was raised, and the rows as shown. */
  private rows: TopRows = NO_ROWS;
  private isRaised: readonly boolean[] = [];

  constructor(
    private readonly inner: TargetModel,
    prompt: Int32Array,
    recorded: Int32Array,
  ) {
    this.vocabularySize = inner.vocabularySize;
    this.contextTokens = inner.contextTokens;
    this.maxTreeLeaves = inner.maxTreeLeaves;
    this.fillerTokens = inner.fillerTokens ?? 0;
    this.sequence = new Int32Array(prompt.length + recorded.length);
    this.sequence.set(prompt);
    this.sequence.set(recorded, prompt.length);
  }

  get repeatedTokens(): number {
    return this.inner.repeatedTokens;
  }

  /** The recording alone decides where the answer ends, whatever its ids mean to this model. */
  isEndOfText(): boolean {
    return false;
  }

  async evaluate(tokens: Int32Array, options: EvaluateOptions): Promise<TopRows> {
    const { parents, alsoTokens } = options;
    const found = await this.inner.evaluate(tokens, options);
    const next = this.recordedNext(tokens, parents);
    this.kept += tokens.length;
    if (options.rows === "none") return found;
    const { load, best } = found;
    if (load !== undefined) {
      return {
        ...found,
        ...(best !== undefined && {
          best(row: number) {
            const own = best(row);
            return next[row] ?? own;
          },
        }),
        load(row) {
          load(row);
          const token = next[row] ?? null;
          if (token !== null) raise(found, row, token, alsoTokens);
        },
      };
    }
    // A copy: the target may still read its own rows.
    this.rows = { ...found, ids: found.ids.slice(), logits: found.logits.slice() };
    if (found.logSumExp !== null) this.rows = { ...this.rows, logSumExp: found.logSumExp.slice() };
    if (found.alsoLogits !== null) this.rows = { ...this.rows, alsoLogits: found.alsoLogits.slice() };
    this.isRaised = next.map((token, row) => token !== null && raise(this.rows, row, token, alsoTokens));
    return this.rows;
  }

  async fullLogSumExp(row: number): Promise<number | null> {
    const sum = await this.inner.fullLogSumExp(row);
    if (sum === null || !this.isRaised[row]) return sum;
    return withRaised(sum, this.rows.logits[row * this.rows.width]!);
  }

  async rollback(keptTokens: number, path?: Int32Array): Promise<void> {
    await this.inner.rollback(keptTokens, path);
    this.kept = keptTokens + (path?.length ?? 0);
  }

  /** The recorded token after each evaluated one; null after tokens that the recording does not hold there. */
  private recordedNext(tokens: Int32Array, parents?: Int32Array): readonly (TokenId | null)[] {
    const { sequence, kept } = this;
    const positions: number[] = []; // −1 for tokens off the recording.
    return Array.from(tokens, (token, i) => {
      const parent = parents?.[i] ?? i - 1;
      const before = parent < 0 ? kept - 1 : positions[parent]!;
      const isRecorded = (parent < 0 || before >= 0) && sequence[before + 1] === token;
      positions[i] = isRecorded ? before + 1 : -1;
      if (i === 0 && !isRecorded) throw new Error(`token ${token} at ${kept} is not the recorded one`);
      return isRecorded ? (sequence[before + 2] ?? null) : null;
    });
  }
}

/** Puts a token first in its row, above the best logit; false if it was first already. */
function raise(
  { ids, logits, width, logSumExp, alsoLogits }: TopRows,
  row: number,
  token: TokenId,
  alsoTokens?: Int32Array,
): boolean {
  const base = row * width;
  if (ids[base] === token) return false;
  const top = logits[base]! + LEAD;
  let place = 0;
  while (place < width - 1 && ids[base + place] !== token) place++;
  for (; place > 0; place--) {
    ids[base + place] = ids[base + place - 1]!;
    logits[base + place] = logits[base + place - 1]!;
  }
  ids[base] = token;
  logits[base] = top;
  if (logSumExp !== null) logSumExp[row] = withRaised(logSumExp[row]!, top);
  const also = alsoTokens?.indexOf(token) ?? -1;
  if (also >= 0 && alsoLogits !== null) alsoLogits[row * alsoTokens!.length + also] = top;
  return true;
}

/** ln Σ exp with the raised logit added; what the token had before is too little to matter. */
function withRaised(sum: number, top: number): number {
  return Math.max(sum, top) + Math.log1p(Math.exp(-Math.abs(sum - top)));
}
