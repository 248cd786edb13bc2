// Which part of an answer enters the pool.
import { Utf8Stream } from "../../core/trace/index.ts";
import type { Engine } from "../engine/index.ts";
import type { GrowingPool, GrownAnswer } from "../worker/index.ts";
import type { Published } from "./identity.ts";
import type { OutputRow } from "../protocol/outputRow.ts";

/**
 * What a row changes in the pool: the entries that it used stay longer, and it may become one. The same rows in the same
 * order make the same pool.
 */
export function updatePool(
  pool: GrowingPool,
  row: OutputRow,
  used: readonly number[],
  published: Published,
  engine: Pick<Engine, "tokenizer" | "target">,
): void {
  const timeMs = Date.parse(row.finishedAt);
  pool.used(used, timeMs);
  const answer = poolAnswerOf(row, published, engine);
  if (answer !== null) pool.add(answer, timeMs);
}

/** Fewer of the target's own tokens before the first relaxed one are not worth an entry. */
const MIN_OWN_TOKENS = 8;

/**
 * Null if nothing enters: the row failed, the pool stays as it is, or too little of the answer is the target's own.
 * own: the whole answer if nothing in it is relaxed, else the part before the first relaxed token. What follows was
 * chosen after a text that the target would not have written.
 */
export function poolAnswerOf(
  row: OutputRow,
  published: Published,
  { tokenizer, target }: Pick<Engine, "tokenizer" | "target">,
): GrownAnswer | null {
  const { subject, group, text, tokenIds, figures, error } = row;
  if (published === "none" || error !== null || text === null || tokenIds === null || figures === null)
    return null;
  const tokens = tokenIds.filter((token) => !target.isEndOfText(token));
  const isWhole = published === "all" || figures.ownTokens >= tokenIds.length;
  if (isWhole) return tokens.length === 0 || text === "" ? null : { id: subject, group, text, tokens };
  if (figures.ownTokens < MIN_OWN_TOKENS) return null;
  const own = tokens.slice(0, figures.ownTokens);
  const stream = new Utf8Stream();
  const ownText = own
    .map((token) => stream.push(tokenizer.isControl(token) ? new Uint8Array() : tokenizer.bytesOf(token)))
    .join("");
  return ownText === "" ? null : { id: subject, group, text: ownText, tokens: own };
}
