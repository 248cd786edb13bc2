// Holds the loaded model, if any, and the pool that was read for it. Loading the same choice again costs
// nothing, unless its file was replaced.
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { InPieces } from "../../../core/base/index.ts";
import type { Tokenizer } from "../../engine/index.ts";
import { readPoolSource } from "../../pools/index.ts";
import type { AddedAnswer, ModelChoice, WorkerResults } from "../../protocol/worker.ts";
import { AnswerLanes } from "./answerLanes.ts";
import { WorkerError } from "../errors.ts";
import { GrowingPool } from "../pool/growingPool.ts";
import type { LoadHooks, LoadModel } from "../model/loadModel.ts";
import { inPieces } from "../inPieces.ts";
import { loadingPool } from "../pool/loadPool.ts";
import type { LoadedPool } from "../pool/pool.ts";
import type { Session } from "../session/session.ts";

interface LoadedModel {
  readonly choice: ModelChoice;
  /** Of the file of its chat template; null without one. */
  readonly templateKey: string | null;
  /** Of its file when it was loaded; null if the choice names none. */
  readonly fileKey: string | null;
  readonly session: Session;
  /** null: answers are written one after another. */
  lanes: AnswerLanes | null;
  /** `key`: of its file; null once it was added to, so that naming the file reads it again. */
  pool: { readonly key: string | null; readonly loaded: GrowingPool } | null;
}

export class ModelHolder {
  private held: LoadedModel | null = null;

  constructor(private readonly loadModel: LoadModel) {}

  /** Null if no model is loaded. */
  get current(): {
    readonly session: Session;
    readonly lanes: AnswerLanes | null;
    readonly pool: LoadedPool | null;
  } | null {
    const { held } = this;
    return held && { session: held.session, lanes: held.lanes, pool: held.pool?.loaded ?? null };
  }

  /** @throws WorkerError noModel */
  get session(): Session {
    return this.required.session;
  }

  /** The session of the same choice; null if it is not the loaded one. */
  loadedSession(choice: ModelChoice): Session | null {
    const { held } = this;
    return held !== null && sameChoice(held.choice, choice) ? held.session : null;
  }

  /** Loads a choice; the previous model is disposed of first, so that both are never in memory together. */
  async load(choice: ModelChoice, hooks: LoadHooks): Promise<void> {
    hooks.signal.throwIfAborted();
    const { chatTemplatePath } = choice;
    const templateKey = chatTemplatePath === undefined ? null : await keyOf(chatTemplatePath);
    const fileKey = choice.path === undefined ? null : await keyOf(choice.path);
    const { held } = this;
    const isSame = held?.templateKey === templateKey && held.fileKey === fileKey;
    if (isSame && sameChoice(held.choice, choice)) return;
    await this.unload();
    const session = await this.loadModel(choice, hooks);
    this.held = { choice, fileKey, templateKey, session, lanes: null, pool: null };
  }

  async unload(): Promise<void> {
    const { held } = this;
    this.held = null;
    await held?.lanes?.close();
    await held?.session.engine.dispose();
  }

  /**
   * Opens this many lanes instead of those that are open. No answer is being written. @throws WorkerError noModel;
   * EngineError
   */
  async openLanes(count: number): Promise<WorkerResults["lanes"]> {
    const held = this.required;
    if ((held.lanes?.count ?? 1) !== count) {
      const { lanes } = held;
      held.lanes = null; // Both would need memory together.
      await lanes?.close();
      if (count > 1) held.lanes = await AnswerLanes.open(held.session, count);
    }
    const { contextTokens } = held.lanes ?? held.session.engine.target;
    return { lanes: held.lanes?.count ?? 1, contextTokens };
  }

  /**
   * The pool in a file, from memory unless the file changed. Only the last one is kept.
   * @throws WorkerError noModel; PoolError for a file that can't be used; the signal's reason when stopped
   */
  async pool(poolPath: string, signal: AbortSignal, skipsBadLines = false): Promise<GrowingPool> {
    const held = this.required;
    const file = await keyOf(poolPath);
    const key = file && `${file}\n${skipsBadLines}`;
    if (key !== null && held.pool?.key === key) return held.pool.loaded;
    held.pool = null;
    const source = await readPoolSource(poolPath, { skipsBadLines, signal });
    const loaded = await inPieces(loadingPool(source, held.session.engine), signal);
    // The key is taken before reading: if the file changes in between, it is read again next time.
    if (key !== null) held.pool = { key, loaded };
    return loaded;
  }

  /**
   * Adds answers to the pool in memory, or begins one with them. A stop ends it between two answers.
   * @throws WorkerError noModel; the signal's reason when stopped
   */
  async addToPool(answers: readonly AddedAnswer[], signal: AbortSignal): Promise<GrowingPool> {
    const held = this.required;
    const { engine } = held.session;
    const pool =
      held.pool?.loaded ?? new GrowingPool(engine, null, { name: "answers of this run", fingerprint: "" });
    // Changed in place, so it no longer matches its file, even if a stop interrupts this.
    held.pool = { key: null, loaded: pool };
    await inPieces(adding(pool, answers, engine.tokenizer), signal);
    return pool;
  }

  private get required(): LoadedModel {
    if (this.held === null) throw new WorkerError({ tag: "noModel" });
    return this.held;
  }
}

/** One answer per piece. */
function* adding(
  pool: GrowingPool,
  answers: readonly AddedAnswer[],
  tokenizer: Pick<Tokenizer, "tokenize">,
): InPieces<void> {
  for (const { id, group, text } of answers) {
    pool.add({ id, group, text, tokens: [...tokenizer.tokenize(text, false)] }, Date.now());
    yield;
  }
}

/** Path, time and size of a file; null if it is missing, so that reading it reports why. */
async function keyOf(path: string): Promise<string | null> {
  const full = resolve(path);
  const found = await stat(full, { bigint: true }).catch(() => null);
  return found && `${full}\n${found.mtimeNs}\n${found.size}`;
}

function sameChoice(a: ModelChoice, b: ModelChoice): boolean {
  return (
    a.path === b.path &&
    a.catalogueId === b.catalogueId &&
    a.gpu === b.gpu &&
    a.device === b.device &&
    a.gpuLayers === b.gpuLayers &&
    a.contextTokens === b.contextTokens &&
    a.threads === b.threads &&
    (a.kvType ?? "f16") === (b.kvType ?? "f16") &&
    a.chatTemplatePath === b.chatTemplatePath
  );
}

/** The facts about a pool that are sent to a client. */
export function poolFigures({ name, index, tokens }: LoadedPool): WorkerResults["pool"] {
  return { name, entries: index.entries, tokens };
}
