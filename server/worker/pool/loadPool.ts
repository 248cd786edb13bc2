// A pool ready for drafting: answers tokenized for the loaded model and indexed, or loaded from a pool file.
import { finish, unreachable, type InPieces } from "../../../core/base/index.ts";
import type { PoolSource } from "../../pools/index.ts";
import { GrowingPool } from "./growingPool.ts";
import { requireTokenizer, storingPool, type TokenizingEngine } from "./pool.ts";

/** @throws PoolError poolOtherTokenizer for a pool file whose tokens mean something else to this model */
export function loadPool(source: PoolSource, engine: TokenizingEngine): GrowingPool {
  return finish(loadingPool(source, engine));
}

/**
 * The same in pieces: many answers as text take minutes.
 * @param budgetTokens see GrowingPool
 * @throws PoolError like loadPool
 */
export function* loadingPool(
  source: PoolSource,
  engine: TokenizingEngine,
  budgetTokens = Infinity,
): InPieces<GrowingPool> {
  switch (source.kind) {
    case "answers": {
      const { name, fingerprint, answers, skipped } = source.file;
      const stored = yield* storingPool(answers, engine, Date.now());
      return new GrowingPool(engine, stored, { name, fingerprint, skippedLines: skipped }, budgetTokens);
    }
    case "poolFile": {
      const { path, name, stored } = source;
      requireTokenizer(path, stored, engine);
      return new GrowingPool(
        engine,
        stored,
        { name, fingerprint: stored.fingerprint, file: path },
        budgetTokens,
      );
    }
    default:
      return unreachable(source);
  }
}
