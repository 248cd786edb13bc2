// Which conditions of two runs differ besides the strategy, in words. Figures and texts of such runs may be
// compared, but not without this warning.
import { unreachable } from "../base/index.ts";
import { STRATEGY_TRAITS } from "../laser/index.ts";
import { heldToWords, type Trace, type TraceDevice, type TraceModel } from "../trace/index.ts";

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
  add("prompt", a.rendered !== b.rendered, () => "The prompts differ.");
  add("model", !isSameModel(left.model, right.model), () =>
    left.model.name === right.model.name
      ? `The model files differ: ${fileWords(left.model)} and ${fileWords(right.model)}.`
      : `The models differ: ${left.model.name} and ${right.model.name}.`,
  );
  const [leftDevice, rightDevice] = [deviceWords(left.device), deviceWords(right.device)];
  add("device", leftDevice !== rightDevice, () => `The devices differ: ${leftDevice} and ${rightDevice}.`);
  const sampling = samplingDifferences(left, right);
  add("sampling", sampling.length > 0, () => `Sampling differs: ${sampling.join(", ")}.`);
  add(
    "maxTokens",
    a.maxTokens !== b.maxTokens,
    () => `The token limits differ: ${a.maxTokens} and ${b.maxTokens}.`,
  );
  const [leftStops, rightStops] = [stopWords(left), stopWords(right)];
  add("stop", leftStops !== rightStops, () => `The stop sequences differ: ${leftStops} and ${rightStops}.`);
  add(
    "constraint",
    a.jsonSchema !== b.jsonSchema || a.grammar !== b.grammar,
    () =>
      `The constraints on the answers differ: ${heldToWords(a) ?? "nothing"} and ${heldToWords(b) ?? "nothing"}.`,
  );
  add(
    "draftLength",
    a.maxDraftTokens !== b.maxDraftTokens && [a, b].every(({ strategy }) => STRATEGY_TRAITS[strategy].drafts),
    () => `The longest drafts differ: ${a.maxDraftTokens} and ${b.maxDraftTokens} tokens.`,
  );
  const [leftShape, rightShape] = [shapeWords(a), shapeWords(b)];
  add(
    "draftLength",
    leftShape !== rightShape && [a, b].every(({ strategy }) => STRATEGY_TRAITS[strategy].drafts),
    () => `The shapes of the drafts differ: ${leftShape} and ${rightShape}.`,
  );
  const usePools = [a, b].every(({ strategy }) => STRATEGY_TRAITS[strategy].usesPool);
  add(
    "pool",
    usePools &&
      (left.pool?.fingerprint !== right.pool?.fingerprint ||
        left.pool?.route?.group !== right.pool?.route?.group),
    () => `The pools differ: ${poolWords(left)} and ${poolWords(right)}.`,
  );
  const [leftInherited, rightInherited] = [a.inheritedTokens ?? 0, b.inheritedTokens ?? 0];
  add(
    "inherited",
    leftInherited !== rightInherited,
    () =>
      `The answers begin with ${leftInherited} and ${rightInherited} tokens from earlier runs. The figures count only what these runs wrote.`,
  );
  const [leftEnd, rightEnd] = [left.result.finish, right.result.finish];
  const isCut = (finish: string): boolean => finish === "stopped" || finish === "failed";
  add(
    "unfinished",
    isCut(leftEnd) || isCut(rightEnd),
    () => `Not both runs finished: ${finishWords(leftEnd)} and ${finishWords(rightEnd)}.`,
  );
  add(
    "generator",
    left.generator !== right.generator,
    () => `They were recorded by different programs: ${left.generator} and ${right.generator}.`,
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
    ...(backend === "cpu" ? [] : [`${offloadedLayers} of ${totalLayers} layers`]),
    `${maxThreads} ${maxThreads === 1 ? "thread" : "threads"}`,
    ...(flashAttention ? [] : ["no flash attention"]),
    ...(kvType === "f16" ? [] : [`keys and values in ${kvType}`]),
    // Traces that name no engine are of the library's.
    ...(engine === "native" ? ["llama.cpp called directly"] : []),
  ].join(", ");
}

function shapeWords({ draftShape = "chain", maxTreeTokens }: Trace["request"]): string {
  if (draftShape === "chain") return "chains";
  return maxTreeTokens === undefined ? "trees" : `trees of up to ${maxTreeTokens} tokens`;
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
    ...differing("top k", a.topK, b.topK, draws),
    ...differing("top p", a.topP, b.topP, draws),
    ...differing("min p", a.minP, b.minP, draws),
    ...differing("repetition penalty", a.repetitionPenalty, b.repetitionPenalty),
    ...differing(
      "tokens that the penalty covers",
      a.repetitionTokens,
      b.repetitionTokens,
      a.repetitionPenalty !== 1 || b.repetitionPenalty !== 1,
    ),
  ];
}

function stopWords({ request: { stop = [], stopAtLoop = null } }: Trace): string {
  const all = [
    ...stop.map((text) => JSON.stringify(text)),
    ...(stopAtLoop === null ? [] : [`after ${stopAtLoop} repeated tokens`]),
  ];
  return all.length === 0 ? "none" : all.join(", ");
}

function poolWords({ pool }: Trace): string {
  if (pool === null) return "none";
  const group = pool.route?.group ?? null;
  return `${pool.name} (${pool.entries} entries${group === null ? "" : `, group ${group}`})`;
}

/** Why a run ended, after its name: "book, stopped at the token limit". */
export function finishWords(finish: Trace["result"]["finish"]): string {
  switch (finish) {
    case "endOfText":
      return "finished";
    case "stop":
      return "ended at a stop sequence";
    case "loop":
      return "ended because it repeated itself";
    case "complete":
      return "finished: its JSON schema or grammar allows nothing more";
    case "maxTokens":
      return "stopped at the token limit";
    case "stopped":
      return "stopped";
    case "failed":
      return "failed";
    default:
      return unreachable(finish);
  }
}
