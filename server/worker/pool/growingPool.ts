// A pool that grows while it is drafted from: each answer is a vote from the next step on. Kept apart from files, so that
// the writer of many answers decides what enters and when it is saved.
import { createHash } from "node:crypto";
import { GroupWeights, Pool, type EntryLabel, type TokenId } from "../../../core/laser/index.ts";
import type { NamedEntry } from "../../../core/trace/index.ts";
import {
  EntryLabels,
  evictToBudget,
  usesOf,
  type EntryUse,
  type PoolEntry,
  type StoredPool,
} from "../../pools/index.ts";
import { answerOpening, type LoadedPool, type TokenizingEngine } from "./pool.ts";

/** An answer, or its beginning, that is to be drafted from. */
export interface GrownAnswer {
  /** The user or item that it is about. */
  readonly id: string;
  readonly group: string | null;
  readonly text: string;
  /** As the model committed them, without an end-of-text token. */
  readonly tokens: readonly TokenId[];
}

/** How far above its budget a pool may grow before answers are evicted, which takes time in proportion to its size. */
const SLACK = 1 / 8;

export class GrowingPool implements LoadedPool {
  private readonly pool: Pool;
  private readonly opening: readonly TokenId[];
  private readonly tokenizer: StoredPool["tokenizer"];
  private readonly byNumber = new Map<number, PoolEntry>();
  private readonly labels = new EntryLabels();
  /** Numbers below this are of entries that it started from. */
  private readonly firstAdded: number;

  /**
   * @param stored what it starts from, which it takes over and changes; null: empty
   * @param start its name and fingerprint, and the pool file that it came from; unused if it is empty
   * @param budgetTokens of answers, above which the least recently used ones make room
   */
  constructor(
    engine: TokenizingEngine,
    stored: StoredPool | null,
    start: Pick<LoadedPool, "name" | "fingerprint"> &
      Partial<Pick<LoadedPool, "skippedLines">> & { readonly file?: string } = {
      name: "empty",
      fingerprint: "",
    },
    private readonly budgetTokens = Infinity,
  ) {
    const { tokenizerFingerprint, name } = engine.model;
    this.pool = stored?.pool ?? new Pool();
    this.opening = stored?.opening ?? answerOpening(engine);
    this.tokenizer = stored?.tokenizer ?? { fingerprint: tokenizerFingerprint, model: name };
    const { ids, nextId } = this.pool.arrays();
    this.firstAdded = nextId;
    stored?.entries.forEach((entry, slot) => {
      this.byNumber.set(ids[slot]!, entry);
      this.pool.label(ids[slot]!, this.labels.labelOf({ id: entry.key, group: entry.group }));
    });
    this.name = start.name;
    this.fingerprint = start.fingerprint;
    this.skippedLines = start.skippedLines ?? 0;
    this.file = start.file ?? null;
    if (this.tokens > budgetTokens) this.evict();
  }

  readonly name: string;
  readonly skippedLines: number;
  /** The pool file that it started from; null: none. */
  readonly file: string | null;
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

  /**
   * Takes time in proportion to the answer, and now and then to the pool. An answer larger than the whole budget is left
   * out. @param timeMs since 1970
   */
  add({ id, group, text, tokens }: GrownAnswer, timeMs: number): void {
    if (tokens.length > this.budgetTokens) return;
    const number = this.pool.add([...this.opening, ...tokens], timeMs, this.labels.labelOf({ id, group }));
    this.byNumber.set(number, { key: id, group, text, timeMs });
    const parts = JSON.stringify([this.fingerprint, id, group, tokens]);
    this.fingerprint = createHash("sha256").update(parts).digest("hex").slice(0, 16);
    if (this.tokens > this.budgetTokens * (1 + SLACK)) this.evict();
  }

  /**
   * Marks entries that kept tokens of an answer were drafted from as used, so that they stay, and counts it; those that
   * are gone are ignored.
   */
  used(entries: Iterable<number>, timeMs: number): void {
    for (const number of entries) {
      const entry = this.byNumber.get(number);
      if (entry === undefined) continue;
      this.pool.touch(number, timeMs);
      this.byNumber.set(number, { ...entry, uses: usesOf(entry) + 1 });
    }
  }

  /** What is to be noted beside the file that it started from: entries that came from it, and how many answers used each. */
  usesOfFile(answersByEntry: ReadonlyMap<number, number>): readonly EntryUse[] {
    return [...answersByEntry].flatMap(([entry, answers]) => {
      const addedMs = this.byNumber.get(entry)?.timeMs;
      return entry >= this.firstAdded || addedMs === undefined ? [] : [{ entry, addedMs, answers }];
    });
  }

  /** The numbers of the entries that stay don't change: traces and later uses refer to them. */
  private evict(): void {
    evictToBudget(this.stored(), { totalTokens: this.budgetTokens, groupTokens: Infinity });
    const kept = new Set(this.pool.arrays().ids);
    for (const number of this.byNumber.keys()) if (!kept.has(number)) this.byNumber.delete(number);
  }

  /** How many answers it holds. */
  get size(): number {
    return this.byNumber.size;
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
