// Lanes without a model: each recites for itself, but evaluates when the others do.
import { Gathering, type EvaluateOptions, type TargetModel } from "../../../core/laser/index.ts";
import { EngineError } from "../errors.ts";
import { EvaluationGatherer, type Asked } from "../lanes/evaluationGatherer.ts";
import { laneCounts, type LaneEvaluation, type LaneGroup } from "../lanes/lanes.ts";

/** As many as the real engine takes. */
const MAX_TOKENS = 512;
const MAX_TOKENS_EACH = 128;

/** @param evaluateAll called for each evaluation of all; nothing by default */
export function scriptedLanes(
  targets: readonly TargetModel[],
  evaluateAll: (asked: readonly Asked[]) => Promise<void> = () => Promise.resolve(),
): LaneGroup {
  const gathering = new Gathering();
  const gatherer = new EvaluationGatherer<Asked>(gathering, MAX_TOKENS, async (asked) => {
    await evaluateAll(asked);
    const tokens = asked.reduce((sum, ask) => sum + ask.tokens, 0);
    const promptTokens = asked.reduce((sum, ask) => sum + (ask.wantsRows ? 0 : ask.tokens), 0);
    group.onEvaluated?.({ tokens, promptTokens, fillers: 0, lanes: asked.length, ms: tokens });
  });
  const group: LaneGroup = {
    gathering,
    targets: targets.map((target, member) => gathered(target, member, gatherer)),
    maxTokens: MAX_TOKENS,
    maxTokensEach: MAX_TOKENS_EACH,
    counts: laneCounts(targets.length, MAX_TOKENS, false),
    waitingTokens: () => gatherer.waitingTokens,
    keepShape: () => undefined,
    onEvaluated: null as ((evaluation: LaneEvaluation) => void) | null,
    async dispose() {
      gathering.close(new EngineError({ tag: "evaluationFailed", reason: "the model has been unloaded" }));
      await gatherer.settled();
    },
  };
  return group;
}

/** The same target, except that it waits for the others. */
function gathered(target: TargetModel, member: number, gatherer: EvaluationGatherer<Asked>): TargetModel {
  const evaluate = async (tokens: Int32Array, options: EvaluateOptions) => {
    const wantsRows = options.rows !== "none";
    for (let at = 0; at < tokens.length; at += MAX_TOKENS_EACH)
      await gatherer.ask({ member, tokens: Math.min(MAX_TOKENS_EACH, tokens.length - at), wantsRows });
    return target.evaluate(tokens, options);
  };
  return new Proxy(target, {
    get(inner, key) {
      if (key === "evaluate") return evaluate;
      const value: unknown = Reflect.get(inner, key, inner);
      return typeof value === "function" ? (value.bind(inner) as unknown) : value;
    },
  });
}
