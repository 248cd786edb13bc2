// The head of a trace: what a run was asked for, by which model, where, and from which pool.
import type {
  TraceHeader,
  TraceModel,
  TraceParent,
  TraceRequest,
  PoolRoute,
} from "../../../core/trace/index.ts";
import { ruleFor, type TokenId } from "../../../core/laser/index.ts";
import type { GenerationSettings } from "../../../core/settings/index.ts";
import type { Engine, ModelFacts } from "../../engine/index.ts";
import type { LoadedPool } from "../pool/pool.ts";
import type { PreparedPrompt } from "../prompt/preparedPrompt.ts";
import type { Reproducibility } from "./reproducible.ts";

/** A recorded prompt with the inherited answer tokens: the run continues after them. */
export interface ContinuedPrompt extends Pick<PreparedPrompt, "file" | "rendered"> {
  readonly messages: TraceRequest["messages"];
  readonly tokens: readonly TokenId[];
  /** How many of the last tokens are answer tokens. */
  readonly inheritedTokens: number;
  readonly parent: TraceParent;
}

export interface HeadedRun {
  readonly engine: Pick<Engine, "model" | "device">;
  /** Program and version. */
  readonly generator: string;
  readonly prompt: PreparedPrompt | ContinuedPrompt;
  readonly promptTokens: Int32Array;
  readonly settings: GenerationSettings;
  /** null: the run uses none. */
  readonly pool: LoadedPool | null;
  readonly route: PoolRoute | undefined;
  readonly isTree: boolean;
  readonly reproducible: Reproducibility | null;
  /** Whether drafts follow fixed costs. */
  readonly isPlanned: boolean;
  /** Logits judged at each position. */
  readonly rowWidth: number;
}

export function traceHeader(run: HeadedRun): TraceHeader {
  const { engine, generator, pool, route } = run;
  return {
    createdAt: new Date().toISOString(),
    generator,
    request: requestOf(run),
    model: traceModel(engine.model),
    device: engine.device,
    pool: pool && {
      name: pool.name,
      entries: pool.index.entries,
      tokens: pool.tokens,
      fingerprint: pool.fingerprint,
      ...(pool.skippedLines > 0 && { skippedLines: pool.skippedLines }),
      ...(route && { route }),
    },
  };
}

function requestOf({
  prompt,
  promptTokens,
  settings,
  isTree,
  isPlanned,
  reproducible,
  rowWidth,
}: HeadedRun): TraceRequest {
  return {
    promptFile: prompt.file,
    messages: prompt.messages.map(({ role, content }) => ({ role, content })),
    rendered: prompt.rendered,
    promptTokens: [...promptTokens],
    ...("tokens" in prompt && { inheritedTokens: prompt.inheritedTokens, parent: prompt.parent }),
    strategy: settings.strategy,
    rule: ruleFor(settings.strategy, settings.relaxed),
    guards: settings.guards,
    sampling: settings.sampling,
    maxTokens: settings.maxTokens,
    maxDraftTokens: settings.maxDraftTokens,
    ...(isTree && { draftShape: "tree" as const, maxTreeTokens: settings.maxTreeTokens }),
    ...(isPlanned && { planner: "repeatable" as const }),
    ...(settings.minSupport > 1 && { minSupport: settings.minSupport }),
    ...(settings.excludeSubject && { excludeSubject: true }),
    ...(settings.stop.length > 0 && { stop: [...settings.stop] }),
    ...(settings.stopAtLoop !== null && { stopAtLoop: settings.stopAtLoop }),
    ...(settings.jsonSchema !== "" && { jsonSchema: settings.jsonSchema }),
    ...(settings.grammar !== "" && { grammar: settings.grammar }),
    reproducible: reproducible !== null && "batches" in reproducible,
    ...(reproducible !== null && "reason" in reproducible && { notReproducible: reproducible.reason }),
    rowWidth,
  };
}

/** A trace's description of a model. */
export function traceModel({
  name,
  file,
  modelBytes,
  sha256,
  vocabularySize,
  tokenizerFingerprint,
}: ModelFacts): TraceModel {
  return { name, file, modelBytes, sha256, vocabularySize, tokenizerFingerprint };
}
