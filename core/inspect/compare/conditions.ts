// Which conditions of two runs differ besides the strategy, in words. Figures and texts of such runs may be
// compared, but not without this warning.
import { unreachable, t } from "../../base/index.ts";
import { STRATEGY_TRAITS } from "../../laser/index.ts";
import { heldToWords, type Trace, type TraceDevice, type TraceModel } from "../../trace/index.ts";

export interface UnlikeCondition {
  readonly kind:
    | "prompt"
    | "model"
    | "device"
    | "sampling"
    | "maxTokens"
    | "stop"
    | "constraint"
    | "draftLength"
    | "pool"
    | "inherited"
    | "unfinished"
    | "generator";
  /** A sentence, with the values of left and right in this order. */
  readonly text: string;
}

/** The conditions in which two runs differ, apart from strategy, rule and guards. */
export function unlikeConditions(left: Trace, right: Trace): UnlikeCondition[] {
  const conditions: UnlikeCondition[] = [];
  const add = (kind: UnlikeCondition["kind"], isUnlike: boolean, text: () => string): void => {
    if (isUnlike) conditions.push({ kind, text: text() });
  };
  const [a, b] = [left.request, right.request];
  add("prompt", a.rendered !== b.rendered, () => t("The prompts differ."));
  add("model", !isSameModel(left.model, right.model), () =>
    left.model.name === right.model.name
      ? t("The model files differ: {0} and {1}.", fileWords(left.model), fileWords(right.model))
      : t("The models differ: {0} and {1}.", left.model.name, right.model.name),
  );
  const [leftDevice, rightDevice] = [deviceWords(left.device), deviceWords(right.device)];
  add("device", leftDevice !== rightDevice, () =>
    t("The devices differ: {0} and {1}.", leftDevice, rightDevice),
  );
  const sampling = samplingDifferences(left, right);
  add("sampling", sampling.length > 0, () => t("Sampling differs: {0}.", sampling.join(", ")));
  add("maxTokens", a.maxTokens !== b.maxTokens, () =>
    t("The token limits differ: {0} and {1}.", a.maxTokens, b.maxTokens),
  );
  const [leftStops, rightStops] = [stopWords(left), stopWords(right)];
  add("stop", leftStops !== rightStops, () =>
    t("The stop sequences differ: {0} and {1}.", leftStops, rightStops),
  );
  add("constraint", a.jsonSchema !== b.jsonSchema || a.grammar !== b.grammar, () =>
    t(
      "The constraints on the answers differ: {0} and {1}.",
      heldToWords(a) ?? t("nothing"),
      heldToWords(b) ?? t("nothing"),
    ),
  );
  add(
    "draftLength",
    a.maxDraftTokens !== b.maxDraftTokens && [a, b].every(({ strategy }) => STRATEGY_TRAITS[strategy].drafts),
    () => t("The longest drafts differ: {0} and {1} tokens.", a.maxDraftTokens, b.maxDraftTokens),
  );
  const [leftShape, rightShape] = [shapeWords(a), shapeWords(b)];
  add(
    "draftLength",
    leftShape !== rightShape && [a, b].every(({ strategy }) => STRATEGY_TRAITS[strategy].drafts),
    () => t("The shapes of the drafts differ: {0} and {1}.", leftShape, rightShape),
  );
  const usePools = [a, b].every(({ strategy }) => STRATEGY_TRAITS[strategy].usesPool);
  add(
    "pool",
    usePools &&
      (left.pool?.fingerprint !== right.pool?.fingerprint ||
        left.pool?.route?.group !== right.pool?.route?.group),
    () => t("The pools differ: {0} and {1}.", poolWords(left), poolWords(right)),
  );
  const [leftInherited, rightInherited] = [a.inheritedTokens ?? 0, b.inheritedTokens ?? 0];
  add("inherited", leftInherited !== rightInherited, () =>
    t(
      "The answers begin with {0} and {1} tokens from earlier runs. The figures count only what these runs wrote.",
      leftInherited,
      rightInherited,
    ),
  );
  const [leftEnd, rightEnd] = [left.result.finish, right.result.finish];
  const isCut = (finish: string): boolean => finish === "stopped" || finish === "failed";
  add("unfinished", isCut(leftEnd) || isCut(rightEnd), () =>
    t("Not both runs finished: {0} and {1}.", finishWords(leftEnd), finishWords(rightEnd)),
  );
  add("generator", left.generator !== right.generator, () =>
    t("They were recorded by different programs: {0} and {1}.", left.generator, right.generator),
  );
  return conditions;
}

/** Whether prompt, model, device and sampling are the same. */
export function sameAnswerConditions(left: Trace, right: Trace): boolean {
  const asked = ["prompt", "model", "device", "sampling"];
  return !unlikeConditions(left, right).some(({ kind }) => asked.includes(kind));
}

function isSameModel(left: TraceModel, right: TraceModel): boolean {
  if (left.sha256 !== null && right.sha256 !== null) return left.sha256 === right.sha256;
  return left.file === right.file && left.modelBytes === right.modelBytes;
}

function fileWords({ file, sha256 }: TraceModel): string {
  return sha256 === null ? file : `${file} (${sha256.slice(0, 8)})`;
}

function deviceWords({
  backend,
  names,
  offloadedLayers,
  totalLayers,
  flashAttention,
  maxThreads,
  kvType = "f16",
  engine,
}: TraceDevice): string {
  return [
    names.length === 0 ? backend : `${backend} (${names.join(", ")})`,
    ...(backend === "cpu" ? [] : [t("{0} of {1} layers", offloadedLayers, totalLayers)]),
    `${maxThreads} ${maxThreads === 1 ? "thread" : "threads"}`,
    ...(flashAttention ? [] : [t("no flash attention")]),
    ...(kvType === "f16" ? [] : [t("keys and values in {0}", kvType)]),
    // Traces without an engine's name were made with the library's.
    ...(engine === "native" ? [t("llama.cpp called directly")] : []),
  ].join(", ");
}

function shapeWords({ draftShape = "chain", maxTreeTokens }: Trace["request"]): string {
  if (draftShape === "chain") return "chains";
  return maxTreeTokens === undefined ? "trees" : t("trees of up to {0} tokens", maxTreeTokens);
}

function samplingDifferences(left: Trace, right: Trace): string[] {
  const [a, b] = [left.request.sampling, right.request.sampling];
  // At temperature 0 the sampling parameters have no effect.
  const draws = a.temperature > 0 || b.temperature > 0;
  const differing = (name: string, from: number, to: number, counts = true): string[] =>
    counts && from !== to ? [`${name} ${from} and ${to}`] : [];
  return [
    ...differing("temperature", a.temperature, b.temperature),
    ...differing("seed", a.seed, b.seed, draws),
    ...differing(t("top k"), a.topK, b.topK, draws),
    ...differing(t("top p"), a.topP, b.topP, draws),
    ...differing(t("min p"), a.minP, b.minP, draws),
    ...differing(t("repetition penalty"), a.repetitionPenalty, b.repetitionPenalty),
    ...differing(
      t("tokens that the penalty covers"),
      a.repetitionTokens,
      b.repetitionTokens,
      a.repetitionPenalty !== 1 || b.repetitionPenalty !== 1,
    ),
  ];
}

function stopWords({ request: { stop = [], stopAtLoop = null } }: Trace): string {
  const all = [
    ...stop.map((text) => JSON.stringify(text)),
    ...(stopAtLoop === null ? [] : [t("after {0} repeated tokens", stopAtLoop)]),
  ];
  return all.length === 0 ? "none" : all.join(", ");
}

function poolWords({ pool }: Trace): string {
  if (pool === null) return "none";
  const group = pool.route?.group ?? null;
  return t("{0} ({1} entries{2})", pool.name, pool.entries, group === null ? "" : t(", group {0}", group));
}

/** Why a run ended, after its name: "book, stopped at the token limit". */
export function finishWords(finish: Trace["result"]["finish"]): string {
  switch (finish) {
    case "endOfText":
      return "finished";
    case "stop":
      return t("ended at a stop sequence");
    case "loop":
      return t("ended because it repeated itself");
    case "complete":
      return t("finished: its JSON schema or grammar allows nothing more");
    case "maxTokens":
      return t("stopped at the token limit");
    case "stopped":
      return "stopped";
    case "failed":
      return "failed";
    default:
      return unreachable(finish);
  }
}
