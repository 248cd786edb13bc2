// A pool in memory to which a batch client adds the answers of its own run. No file changes.
import { createHash } from "node:crypto";
import type { InPieces } from "../../core/base/index.ts";
import { Pool } from "../../core/laser/index.ts";
import type { NamedEntry } from "../../core/trace/index.ts";
import type { Engine } from "../engine/index.ts";
import type { AddedAnswer } from "../protocol/worker.ts";
import { answerOpening, loaded, type LoadedPool } from "./pool.ts";

/** A pool that no file holds. */
export function emptyPool(): LoadedPool {
  return loaded("answers of this run", "", { pool: new Pool(), opening: [] }, []);
}

/**
 * Adds answers to the index of `before`, which is not to be used afterwards, one a piece. The fingerprint becomes one of
 * what was there and of each answer, so that a trace names what it drafted from.
 */
export function* growingPool(
  before: LoadedPool,
  answers: readonly AddedAnswer[],
  engine: Pick<Engine, "chat" | "tokenizer">,
): InPieces<LoadedPool> {
  const { index } = before;
  const opening = answerOpening(engine);
  const hash = createHash("sha256").update(before.fingerprint);
  const added = new Map<number, NamedEntry>();
  let { tokens } = before;
  for (const { id, group, text } of answers) {
    const own = engine.tokenizer.tokenize(text, false);
    added.set(index.add([...opening, ...own], undefined, before.labelOf({ id, group })), { id, group, text });
    tokens += own.length;
    hash.update(JSON.stringify([id, group, text]));
    yield;
  }
  return {
    ...before,
    fingerprint: hash.digest("hex").slice(0, 16),
    tokens,
    entryOf: (entry) => added.get(entry) ?? before.entryOf(entry),
  };
}
