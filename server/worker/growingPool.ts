// A pool that grows while it is drafted from: each answer is a vote from the next step on. Kept apart from files, so that
// whoever writes many answers decides what enters and when it is saved.
import { createHash } from "node:crypto";
import type { Engine } from "../engine/index.ts";
import { GroupWeights, Pool, type EntryLabel, type TokenId } from "../../core/laser/index.ts";
import type { NamedEntry } from "../../core/trace/index.ts";
import { EntryLabels, type PoolEntry, type StoredPool } from "../pools/index.ts";
import { answerOpening, type LoadedPool } from "./pool.ts";

/** An answer, or its beginning, that is to be drafted from. */
export interface GrownAnswer {
  readonly id: string;
  readonly group: string | null;
  readonly text: string;
  /** As the model committed them, without an end-of-text token. */
  readonly tokens: readonly TokenId[];
}

export class GrowingPool implements LoadedPool {
  private readonly pool: Pool;
  private readonly opening: readonly TokenId[];
  private readonly tokenizer: StoredPool["tokenizer"];
  private readonly byNumber = new Map<number, PoolEntry>();
  private readonly labels = new EntryLabels();
  private answers: number;

  /**
   * @param stored what it starts from, which it takes over and changes; null: empty
   * @param start name and fingerprint of that; unused where it is empty
   */
  constructor(
    engine: Pick<Engine, "model" | "chat" | "tokenizer">,
    stored: StoredPool | null,
    start: Pick<LoadedPool, "name" | "fingerprint"> = { name: "empty", fingerprint: "" },
  ) {
    const { tokenizerFingerprint, name } = engine.model;
    this.pool = stored?.pool ?? new Pool();
    this.opening = stored?.opening ?? answerOpening(engine);
    this.tokenizer = stored?.tokenizer ?? { fingerprint: tokenizerFingerprint, model: name };
    const { ids } = this.pool.arrays();
    stored?.entries.forEach((entry, slot) => {
      this.byNumber.set(ids[slot]!, entry);
      this.pool.label(ids[slot]!, this.labels.labelOf({ id: entry.key, group: entry.group }));
    });
    this.answers = this.byNumber.size;
    this.name = start.name;
    this.fingerprint = start.fingerprint;
  }

  readonly name: string;
  readonly groupWeights = new GroupWeights();
  /** Of what it started from and of every answer added since, in their order. */
  fingerprint: string;

  get index(): Pool {
    return this.pool;
  }

  get tokens(): number {
    return this.pool.tokens - this.pool.entries * this.opening.length;
  }

  labelOf(entry: Omit<NamedEntry, "text">): EntryLabel {
    return this.labels.labelOf(entry);
  }

  groupNumber(group: string): number | null {
    return this.labels.groupNumber(group);
  }

  subjectNumber(key: string): number | null {
    return this.labels.subjectNumber(key);
  }

  entryOf(entry: number): NamedEntry | null {
    const found = this.byNumber.get(entry);
    return found === undefined ? null : { id: found.key, group: found.group, text: found.text };
  }

  /** Takes time in proportion to the answer, and now and then to the pool. @param timeMs since 1970 */
  add({ id, group, text, tokens }: GrownAnswer, timeMs: number): void {
    const number = this.pool.add([...this.opening, ...tokens], timeMs, this.labels.labelOf({ id, group }));
    this.byNumber.set(number, { key: id, group, text, timeMs });
    this.answers++;
    const parts = JSON.stringify([this.fingerprint, id, group, tokens]);
    this.fingerprint = createHash("sha256").update(parts).digest("hex").slice(0, 16);
  }

  /** How many answers it holds. */
  get size(): number {
    return this.answers;
  }

  /** To be written as a file. It shares the index: write it before more is added. */
  stored(): StoredPool {
    const { ids } = this.pool.arrays();
    return {
      tokenizer: this.tokenizer,
      opening: this.opening,
      pool: this.pool,
      entries: Array.from(ids, (id) => this.byNumber.get(id)!),
    };
  }
}
