// One loaded model and its state: its costs, what it learned from its drafts, and generating one answer after
// another with a trace of each.
import { describeError } from "../../../core/base/index.ts";
import {
  DecodeError,
  checkRequest,
  decode,
  MAX_CHAIN_TOKENS,
  readPrompt,
  RenewalPlanner,
  ruleFor,
  STRATEGY_TRAITS,
  type Batches,
  type DecodeRequest,
  type DecodeResult,
  type PromptToRead,
  type TokenId,
} from "../../../core/laser/index.ts";
import { isReproducible, MAX_TOP_K, type GenerationSettings } from "../../../core/settings/index.ts";
import { TraceRecorder } from "../../../core/trace/index.ts";
import { tokenizeFragments, workClock, type Engine } from "../../engine/index.ts";
import type { LoadedPool } from "../pool/pool.ts";
import type { PreparedPrompt } from "../prompt/preparedPrompt.ts";
import { ConstraintSource } from "./answerConstraint.ts";
import { AnswerPieces } from "./answerPieces.ts";
import { createDrafter, draftsTrees, labelOf, nothingLearned } from "./drafting.ts";
import type { Generated, GenerateOptions } from "./generateOptions.ts";
import { outlineOf } from "./outline.ts";
import { reproducibility, type Reproducibility } from "./reproducible.ts";
import { SessionCosts, type SessionCostsOptions } from "./sessionCosts.ts";
import { stopCheck } from "./stopSequences.ts";
import { traceHeader, type ContinuedPrompt } from "./traceHeader.ts";

/** K: logits kept per position. */
export const ROW_WIDTH = MAX_TOP_K;
const NO_BYTES = new Uint8Array();
/** Of a run that is left early; never used. */
const NO_RESULT: DecodeResult = { finish: "stopped", tokens: [], prefillTokens: 0, prefillMs: 0 };

export interface SessionOptions extends SessionCostsOptions {
  readonly engine: Engine;
  /** Program and version, written into traces. */
  readonly generator: string;
  /** Where it is kept which evaluations agree in all bits; nowhere if omitted. */
  readonly cacheDir?: string;
  readonly now?: () => number;
}

/** Which pool, batches and drafts a run gets, of those it asked for. */
interface RunPlan {
  readonly settings: GenerationSettings;
  readonly usedPool: LoadedPool | null;
  readonly promptTokens: Int32Array;
  readonly inheritedTokens: number;
  readonly reproducible: Reproducibility | null;
  /** Null for a run that may evaluate any batch. */
  readonly batches: Batches | null;
  readonly isTree: boolean;
  /** Whether its drafts follow fixed costs, so that they are the same in every run. */
  readonly isPlanned: boolean;
}

export class Session {
  readonly engine: Engine;
  readonly costs: SessionCosts;
  private isProbed = false;
  /** Separate for the strict rule and all others, because relaxed verification keeps more. */
  private readonly learned = { strict: nothingLearned(), relaxed: nothingLearned() };
  private readonly constraints: ConstraintSource;
  /** Of the last run outside lanes: idle measurements use the same cache, which reads it again after them. */
  private lastPrompt: Pick<PromptToRead, "prompt" | "inheritedTokens" | "batches"> | null = null;

  constructor(private readonly options: SessionOptions) {
    this.engine = options.engine;
    this.costs = new SessionCosts(options.engine, options);
    this.constraints = new ConstraintSource(options.engine);
  }

  /** Whether T(n) is still a guess, or the batches of reproducible runs unknown, which idle time may change. */
  get wantsMeasurement(): boolean {
    return this.costs.cache !== null && (!this.costs.isMeasured || !this.isProbed);
  }

  /**
   * Measures T(n) for the runs to come, and which evaluations agree in all bits. Must not overlap with a run; ends soon
   * after the signal is raised.
   */
  async measureCosts(signal: AbortSignal): Promise<void> {
    if (this.costs.cache === null) return;
    await this.findBatches(signal, true);
    if (signal.aborted) return;
    this.isProbed = true;
    await this.costs.measure(signal);
    await this.readLastPrompt(signal);
  }

  /**
   * Reads the last prompt into the cache again, so that running it again begins at once. A raised signal
   * leaves it partly read.
   */
  private async readLastPrompt(signal: AbortSignal): Promise<void> {
    const { lastPrompt, engine } = this;
    if (lastPrompt === null) return;
    const reading = readPrompt({ ...lastPrompt, target: engine.target, keepsPrefix: true, signal });
    while ((await reading.next()).done !== true);
  }

  /**
   * Writes one answer. A raised signal ends it after at most one more step; the trace then says "stopped".
   * @throws DecodeError when the request can't be met; GrammarError for a JSON schema or grammar that can't be used
   */
  async generate(options: GenerateOptions): Promise<Generated> {
    const { engine } = this;
    const { lane, keepsRows = true, onEvent } = options;
    const plan = await this.planOf(options);
    const { promptTokens, inheritedTokens, settings } = plan;
    const request = this.decodeRequest(options, plan);
    const recorder = this.recorderOf(options, plan);
    await onEvent?.({ kind: "begin", header: recorder.header, tokens: recorder.promptNames });
    const answer = new AnswerPieces({
      bytesOf: (id) => this.bytesOf(id),
      isEndOfText: (id) => engine.target.isEndOfText(id),
      stops: settings.stop,
      maxTokens: settings.maxTokens,
      inherited: promptTokens.subarray(promptTokens.length - inheritedTokens),
    });
    if (lane === undefined) this.lastPrompt = request;
    const run = decode(request);
    let result: DecodeResult;
    try {
      for (;;) {
        const { done, value } = await run.next();
        if (done) {
          result = value;
          break;
        }
        const recorded = recorder.take(keepsRows ? value : outlineOf(value));
        if (recorded !== null) {
          const pieces = answer.of(recorded.step);
          await onEvent?.({ kind: "step", pieces, ...recorded });
        } else if (value.kind === "prefill") await onEvent?.(value);
      }
    } catch (error) {
      if (error instanceof DecodeError) throw error;
      const { code, message } = describeError(error);
      const trace = recorder.trace({ finish: "failed", error: { code, message } });
      return { trace, failure: error instanceof Error ? error : new Error(message) };
    } finally {
      await run.return(NO_RESULT); // A listener that throws must not leave the target busy.
    }
    if (lane === undefined) await this.costs.keepLearned();
    return { trace: recorder.trace(result), failure: null };
  }

  /** @throws DecodeError when the request can't be met */
  private async planOf({
    prompt,
    settings: asked,
    pool,
    signal,
    lane,
    onEvent,
  }: GenerateOptions): Promise<RunPlan> {
    const { engine } = this;
    const target = lane?.target ?? engine.target;
    const settings: GenerationSettings = lane === undefined ? asked : { ...asked, reproducible: "off" };
    const traits = STRATEGY_TRAITS[settings.strategy];
    const { promptTokens, inheritedTokens } = this.tokensOf(prompt);
    // The core checks this as well, but only after megabytes of an oversized prompt have been recorded and sent.
    const { maxTokens } = settings;
    checkRequest({ prompt: promptTokens, maxTokens, target });
    const reproducible = await this.reproducibility(settings, signal, onEvent);
    const agreeing = reproducible !== null && "batches" in reproducible ? reproducible : null;
    if (agreeing !== null) {
      const { vocabularySize } = target;
      const { contextTokens } = agreeing;
      checkRequest({ prompt: promptTokens, maxTokens, target: { vocabularySize, contextTokens } });
    }
    // Strict text that is reproducible is the same whatever is drafted; all else follows the drafts.
    const followsDrafts = traits.drafts && !(traits.strict && agreeing !== null);
    return {
      settings,
      usedPool: traits.usesPool ? pool : null,
      promptTokens,
      inheritedTokens,
      reproducible,
      batches: agreeing?.batches ?? null,
      isTree: draftsTrees(settings, { device: engine.device, target }) && agreeing?.trees !== false,
      isPlanned: settings.planner === "repeatable" && lane === undefined && followsDrafts,
    };
  }

  private recorderOf({ prompt, route }: GenerateOptions, plan: RunPlan): TraceRecorder {
    const { engine } = this;
    const { settings, usedPool, promptTokens, isTree, reproducible, isPlanned } = plan;
    const header = traceHeader({
      engine,
      generator: this.options.generator,
      prompt,
      promptTokens,
      settings,
      pool: usedPool,
      isTree,
      reproducible,
      route,
      isPlanned,
      rowWidth: ROW_WIDTH,
    });
    return new TraceRecorder(header, {
      bytesOf: (id) => engine.tokenizer.bytesOf(id),
      isEndOfText: (id) => engine.target.isEndOfText(id),
      isControl: (id) => engine.tokenizer.isControl(id),
      // A stored answer is what only its own user's answers say.
      entryOf: (entry) => (settings.minSupport > 1 ? null : (usedPool?.entryOf(entry) ?? null)),
    });
  }

  /** @throws GrammarError for a JSON schema or grammar that can't be used */
  private decodeRequest(
    { lane, route, keepsRows = true, signal }: GenerateOptions,
    plan: RunPlan,
  ): DecodeRequest {
    const { engine, costs } = this;
    const { settings, usedPool, isTree, isPlanned, batches } = plan;
    const target = lane?.target ?? engine.target;
    const traits = STRATEGY_TRAITS[settings.strategy];
    const taught = traits.strict ? this.learned.strict : this.learned.relaxed;
    const learned = isPlanned ? nothingLearned() : taught;
    const memory = !traits.drafts ? learned.plain : isTree ? learned.trees : learned.chains;
    const planned = isPlanned ? costs.fixed : costs.current;
    const threadCosts = isPlanned && !costs.isFrozen ? costs.current : null;
    return {
      target,
      prompt: plan.promptTokens,
      inheritedTokens: plan.inheritedTokens,
      keepsPrefix: true,
      maxTokens: settings.maxTokens,
      sampling: settings.sampling,
      rule: ruleFor(settings.strategy, settings.relaxed),
      guards: settings.guards,
      drafter: traits.drafts ? createDrafter(target, isTree, settings, usedPool, learned) : null,
      label: labelOf(usedPool, route, settings),
      planner: lane?.planner ?? new RenewalPlanner(planned, batches, memory, threadCosts),
      batches,
      // A tree is bounded by its nodes; its branches may be as long as a chain can be.
      maxDraftTokens: isTree ? MAX_CHAIN_TOKENS : settings.maxDraftTokens,
      stops: stopCheck(settings.stop, (id) => this.bytesOf(id)),
      stopAtLoop: settings.stopAtLoop,
      constraint: this.constraints.constraintOf(settings),
      rowWidth: ROW_WIDTH,
      recordsRows: keepsRows,
      signal,
      now: this.options.now ?? (() => performance.now()),
      workNow: this.options.now ?? workClock(engine.device),
    };
  }

  /** Null for a run that is not asked to be reproducible. */
  private async reproducibility(
    settings: GenerationSettings,
    signal: AbortSignal,
    onEvent: GenerateOptions["onEvent"],
  ): Promise<Reproducibility | null> {
    if (!isReproducible(settings, this.engine.device.backend === "cpu")) return null;
    return this.findBatches(signal, false, (share) => void onEvent?.({ kind: "probe", share }));
  }

  private findBatches(
    signal: AbortSignal,
    isPatient: boolean,
    onProgress?: (share: number) => void,
  ): Promise<Reproducibility> {
    return reproducibility(this.engine, {
      cacheDir: this.options.cacheDir ?? null,
      now: this.options.now ?? (() => performance.now()),
      signal,
      isPatient,
      ...(onProgress && { onProgress }),
    });
  }

  /** What a token adds to the text. */
  private bytesOf(id: TokenId): Uint8Array {
    const { tokenizer } = this.engine;
    return tokenizer.isControl(id) ? NO_BYTES : tokenizer.bytesOf(id);
  }

  private tokensOf(prompt: PreparedPrompt | ContinuedPrompt) {
    if ("tokens" in prompt)
      return { promptTokens: Int32Array.from(prompt.tokens), inheritedTokens: prompt.inheritedTokens };
    return { promptTokens: tokenizeFragments(this.engine.tokenizer, prompt.fragments), inheritedTokens: 0 };
  }
}
