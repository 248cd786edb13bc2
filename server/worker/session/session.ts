// One loaded model and its state: its costs, what it learned from its drafts, and generating one answer after
// another with a trace of each.
import { describeError } from "../../../core/base/index.ts";
import type { PreparedPrompt } from "../prompt/preparedPrompt.ts";
import { guessCosts, tokenizeFragments, workClock, type Engine } from "../../engine/index.ts";
import {
  DecodeError,
  checkRequest,
  CostModel,
  decode,
  MAX_CHAIN_TOKENS,
  RenewalPlanner,
  ruleFor,
  STRATEGY_TRAITS,
  type CostTable,
  type DecodeEvent,
  type DecodeResult,
  type Planner,
  type TargetModel,
  type TokenId,
} from "../../../core/laser/index.ts";
import {
  committedClassOf,
  committedOf,
  TraceRecorder,
  StopText,
  Utf8Stream,
  type NamedTokens,
  type RecordedStep,
  type Trace,
  type TraceHeader,
  type PoolRoute,
  type TraceStep,
} from "../../../core/trace/index.ts";
import { keepCosts, measureInIdleTime, type CostCache } from "../cache/costCache.ts";
import { traceHeader, traceModel, type ContinuedPrompt } from "./traceHeader.ts";
import { createDrafter, labelOf, nothingLearned } from "./drafting.ts";
import { reproducibility, type Reproducibility } from "./reproducible.ts";
import { ConstraintSource } from "./answerConstraint.ts";
import { stopCheck } from "./stopSequences.ts";
import { outlineOf } from "./outline.ts";
import type { LoadedPool } from "../pool/pool.ts";
import { isReproducible, MAX_TOP_K, type GenerationSettings } from "../../../core/settings/index.ts";
import type { CommittedPiece } from "../../protocol/worker.ts";

/** K: logits kept per position. */
export const ROW_WIDTH = MAX_TOP_K;
const NO_BYTES = new Uint8Array();
/** Of a run that is left early; never used. */
const NO_RESULT: DecodeResult = { finish: "stopped", tokens: [], prefillTokens: 0, prefillMs: 0 };

export { traceModel, type ContinuedPrompt };

export type GenerateEvent =
  | { readonly kind: "begin"; readonly header: TraceHeader; readonly tokens: NamedTokens }
  /** The model is tried before its first reproducible run; comes before `begin`. */
  | { readonly kind: "probe"; readonly share: number }
  | Extract<DecodeEvent, { readonly kind: "prefill" }>
  | ({ readonly kind: "step"; readonly pieces: readonly CommittedPiece[] } & RecordedStep);

export interface GenerateOptions {
  readonly prompt: PreparedPrompt | ContinuedPrompt;
  readonly settings: GenerationSettings;
  /** null: no pool, even if the strategy could use one. */
  readonly pool: LoadedPool | null;
  /** What the request is about and the group that it was sent to; omitted: unknown, and all of the pool counts alike. */
  readonly route?: PoolRoute;
  readonly signal: AbortSignal;
  /** One sequence of several that are evaluated together; the engine's own if omitted. Such a run is not reproducible. */
  readonly lane?: SessionLane;
  /**
   * False if nobody keeps the trace: rows that no verdict needs are not read, and the trace holds none. Its text,
   * tokens, kept drafts and times are as always; it is not to be written. True if omitted.
   */
  readonly keepsRows?: boolean;
  /** Awaited, so that the listener sets the pace. */
  readonly onEvent?: (event: GenerateEvent) => void | Promise<void>;
}

/** Where a run is decoded beside others. */
export interface SessionLane {
  readonly target: TargetModel;
  readonly planner: Planner;
}

export interface SessionOptions {
  readonly engine: Engine;
  readonly costs: CostTable;
  /** Program and version, written into traces. */
  readonly generator: string;
  /** Keeps T(n) as given, so that draft lengths are reproducible. */
  readonly frozenCosts?: boolean;
  /** Where learned and measured costs are kept; nowhere if omitted. */
  readonly costCache?: CostCache;
  /** Where it is kept which evaluations agree in all bits; nowhere if omitted. */
  readonly cacheDir?: string;
  readonly now?: () => number;
}

/** A run with its trace, up to the failure if the engine failed. Whoever has used the trace throws the failure. */
export interface Generated {
  readonly trace: Trace;
  readonly failure: Error | null;
}

export class Session {
  readonly engine: Engine;
  private costs: CostModel;
  /** A function of model and device alone, so that repeatable runs draft alike in every session. */
  private readonly fixedCosts: CostModel;
  private isMeasured: boolean;
  private isProbed = false;
  /** Separate for the strict rule and all others, because relaxed verification keeps more. */
  private readonly learned = { strict: nothingLearned(), relaxed: nothingLearned() };

  private readonly constraints: ConstraintSource;

  constructor(private readonly options: SessionOptions) {
    this.engine = options.engine;
    this.constraints = new ConstraintSource(options.engine);
    this.costs = new CostModel(options.costs, this.freezesCosts);
    this.isMeasured = options.costs.isGuess !== true;
    const { device, model } = options.engine;
    this.fixedCosts = this.costs.isFrozen ? this.costs : new CostModel(guessCosts(device, model), true);
  }

  /** Where costs are looked up and kept; null if they are given, as `givenCosts`. */
  get costCache(): CostCache | null {
    return this.options.costCache ?? null;
  }

  get givenCosts(): CostTable {
    return this.options.costs;
  }

  /** Whether T(n) stays as given, here and for answers written on lanes. */
  get freezesCosts(): boolean {
    return this.options.frozenCosts ?? false;
  }

  /** T(n) as known now, with what runs corrected, and where it is from. */
  get knownCosts(): { readonly table: CostTable; readonly from: "guessed" | "measured" | "given" } {
    const from = this.costs.isFrozen ? "given" : this.isMeasured ? "measured" : "guessed";
    return { table: this.costs.corrected, from };
  }

  /** Whether T(n) is still a guess, or the batches of reproducible runs unknown, which idle time may change. */
  get wantsMeasurement(): boolean {
    return this.options.costCache !== undefined && (!this.isMeasured || !this.isProbed);
  }

  /** Measures T(n) for the runs to come, and which evaluations agree in all bits. Must not overlap with a run; ends soon after the signal is raised. */
  async measureCosts(signal: AbortSignal): Promise<void> {
    const { costCache } = this.options;
    if (costCache === undefined) return;
    await this.findBatches(signal, true);
    if (signal.aborted) return;
    this.isProbed = true;
    if (this.isMeasured) return;
    const table = await measureInIdleTime(this.engine, {
      ...costCache,
      now: workClock(this.engine.device),
      signal,
    });
    if (table === null) return;
    this.costs = new CostModel(table);
    this.isMeasured = true;
  }

  /** Keeps what runs taught about a guess, for the next session. */
  private async keepLearnedCosts(): Promise<void> {
    const { costCache } = this.options;
    if (!this.isMeasured && costCache !== undefined)
      await keepCosts(this.engine, costCache, this.costs.corrected);
  }

  /**
   * Writes one answer. A raised signal ends it after at most one more step; the trace then says "stopped".
   * @throws DecodeError when the request can't be met; GrammarError for a JSON schema or grammar that can't be used
   */
  async generate({
    prompt,
    settings: asked,
    pool,
    route,
    signal,
    lane,
    keepsRows = true,
    onEvent,
  }: GenerateOptions): Promise<Generated> {
    const { engine } = this;
    const target = lane?.target ?? engine.target;
    const settings: GenerationSettings = lane === undefined ? asked : { ...asked, reproducible: "off" };
    const traits = STRATEGY_TRAITS[settings.strategy];
    const usedPool = traits.usesPool ? pool : null;
    const { promptTokens, inheritedTokens } = this.tokensOf(prompt);
    // The core checks this as well, but only after megabytes of an oversized prompt have been recorded and sent.
    checkRequest({ prompt: promptTokens, maxTokens: settings.maxTokens, target });
    const reproducible = await this.reproducibility(settings, signal, onEvent);
    const batches = reproducible !== null && "batches" in reproducible ? reproducible : null;
    if (batches !== null)
      checkRequest({
        prompt: promptTokens,
        maxTokens: settings.maxTokens,
        target: { vocabularySize: target.vocabularySize, contextTokens: batches.contextTokens },
      });
    const constraint = this.constraints.constraintOf(settings);
    const isTree = draftsTrees(settings, { device: engine.device, target }) && batches?.trees !== false;
    // Strict text that is reproducible is the same whatever is drafted; all else follows the drafts.
    const isPlanned =
      settings.planner === "repeatable" && lane === undefined && traits.drafts && !(traits.strict && batches);
    const head = {
      engine,
      generator: this.options.generator,
      prompt,
      promptTokens,
      settings,
      pool: usedPool,
    };
    const facts = { isTree, reproducible, route, isPlanned, rowWidth: ROW_WIDTH };
    const recorder = new TraceRecorder(traceHeader({ ...head, ...facts }), {
      bytesOf: (id) => engine.tokenizer.bytesOf(id),
      isEndOfText: (id) => engine.target.isEndOfText(id),
      isControl: (id) => engine.tokenizer.isControl(id),
      // A stored answer is what only its own user's answers say.
      entryOf: (entry) => (settings.minSupport > 1 ? null : (usedPool?.entryOf(entry) ?? null)),
    });
    await onEvent?.({ kind: "begin", header: recorder.header, tokens: recorder.promptNames });
    const taught = traits.strict ? this.learned.strict : this.learned.relaxed;
    const learned = isPlanned ? nothingLearned() : taught;
    const run = decode({
      target,
      prompt: promptTokens,
      inheritedTokens,
      maxTokens: settings.maxTokens,
      sampling: settings.sampling,
      rule: ruleFor(settings.strategy, settings.relaxed),
      guards: settings.guards,
      drafter: traits.drafts ? createDrafter(target, isTree, settings, usedPool, learned) : null,
      label: labelOf(usedPool, route, settings),
      planner:
        lane?.planner ??
        new RenewalPlanner(
          isPlanned ? this.fixedCosts : this.costs,
          batches?.batches ?? null,
          !traits.drafts ? learned.plain : isTree ? learned.trees : learned.chains,
          isPlanned && !this.costs.isFrozen ? this.costs : null,
        ),
      batches: batches?.batches ?? null,
      // A tree is bounded by its nodes; its branches may be as long as a chain can be.
      maxDraftTokens: isTree ? MAX_CHAIN_TOKENS : settings.maxDraftTokens,
      stops: stopCheck(settings.stop, (id) => this.bytesOf(id)),
      stopAtLoop: settings.stopAtLoop,
      constraint,
      rowWidth: ROW_WIDTH,
      recordsRows: keepsRows,
      signal,
      now: this.options.now ?? (() => performance.now()),
      workNow: this.options.now ?? workClock(engine.device),
    });
    const text = new Utf8Stream();
    for (const id of promptTokens.subarray(promptTokens.length - inheritedTokens))
      text.push(this.bytesOf(id));
    const answer = new StopText(settings.stop);
    let tokensLeft = settings.maxTokens;
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
          const pieces = this.pieces(recorded.step, text, answer);
          tokensLeft -= pieces.length;
          const endsText = engine.target.isEndOfText(recorded.step.next.id);
          const isLast = tokensLeft <= 0 || endsText || answer.isStopped;
          await onEvent?.({ kind: "step", pieces: isLast ? withRest(pieces, answer) : pieces, ...recorded });
        } else if (value.kind === "prefill") await onEvent?.(value);
      }
    } catch (error) {
      if (error instanceof DecodeError) throw error;
      const { code, message } = describeError(error);
      const trace = recorder.trace({ finish: "failed", error: { code, message } });
      return { trace, failure: error instanceof Error ? error : new Error(message) };
    } finally {
      await run.return(NO_RESULT); // A listener that throws must not leave the target at work.
    }
    if (lane === undefined) await this.keepLearnedCosts();
    return { trace: recorder.trace(result), failure: null };
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

  /** The committed tokens of a step as text; `stream` and `answer` hold back what later tokens decide. */
  private pieces(step: TraceStep, stream: Utf8Stream, answer: StopText): CommittedPiece[] {
    return committedOf(step).map((id, place) => ({
      id,
      text: answer.push(stream.push(this.bytesOf(id))),
      tokenClass: committedClassOf(step, place),
    }));
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

/** Whether a run drafts trees: if the engine can verify them and they are requested, or cheap as on a GPU. */
export function draftsTrees(
  { draftShape, strategy }: Pick<GenerationSettings, "draftShape" | "strategy">,
  { target, device }: Pick<Engine, "target" | "device">,
): boolean {
  if (target.maxTreeLeaves === 1 || !STRATEGY_TRAITS[strategy].drafts) return false;
  return draftShape === "tree" || (draftShape === "auto" && device.backend !== "cpu");
}

/** The pieces of the last step, with the text held back for a stop that did not come. */
function withRest(pieces: readonly CommittedPiece[], answer: StopText): CommittedPiece[] {
  const rest = answer.end(true);
  return pieces.map((piece, at) =>
    at === pieces.length - 1 ? { ...piece, text: piece.text + rest } : piece,
  );
}
