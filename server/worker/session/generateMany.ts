// Writes many answers, several at once: their tokens are evaluated together, each with its own draft.
import {
  CostModel,
  PlannerMemory,
  runLanes,
  SharedPlanner,
  type CostTable,
  type JobOutcome,
} from "../../../core/laser/index.ts";
import { workClock, type LaneGroup } from "../../engine/index.ts";
import type { GenerateOptions, Generated } from "./generateOptions.ts";
import type { Session } from "./session.ts";

/** One answer to write. */
export type ManyRequest = Pick<
  GenerateOptions,
  "prompt" | "settings" | "pool" | "route" | "keepsRows" | "onEvent"
> & {
  /** Ends only this answer; the others continue. */
  readonly signal?: AbortSignal;
};

export interface ManyOptions<R extends ManyRequest> {
  readonly session: Session;
  /** Lanes of the session's engine; the number of answers written at once. */
  readonly group: LaneGroup;
  /** T(n) by the tokens of all answers together, as `measureLaneCosts` measures it, or guessed; corrected while running, except for frozen ones. */
  readonly costs: CostTable;
  /** Asked for the next one when a lane is free. */
  readonly requests: Iterable<R> | AsyncIterable<R>;
  /**
   * Called as answers end, in that order; other answers are written meanwhile. Failed: the request can't be met. An
   * engine that fails during an answer is reported in `Generated`, with the trace up to the failure.
   */
  readonly onAnswer: (request: R, outcome: JobOutcome<Generated>) => void | Promise<void>;
  /** Ends all answers after at most one more step each, and begins no other. */
  readonly signal: AbortSignal;
}

/** Writes answers on the lanes of a group, each lane one after another. */
export interface LaneWriter {
  /** `signal` ends the answer after at most one more step. @throws DecodeError when the request can't be met */
  generate(request: ManyRequest, lane: number, signal: AbortSignal): Promise<Generated>;
  /** T(n) as corrected so far. */
  readonly corrected: CostTable;
  /** To be called when all lanes are idle. */
  close(): void;
}

/** For callers that run jobs on lanes by `runLanes`: a job may be several answers one after another in the same place. */
export function laneWriter({
  session,
  group,
  costs,
}: Pick<ManyOptions<ManyRequest>, "session" | "group" | "costs">): LaneWriter {
  const model = new CostModel(costs, session.costs.isFrozen);
  const planner = new SharedPlanner({
    gathering: group.gathering,
    costs: model,
    memory: new PlannerMemory(),
    maxTokens: group.maxTokens,
    maxTokensEach: group.maxTokensEach,
    maxRequests: group.targets.length,
    waitingTokens: () => group.waitingTokens(),
    keepShape: (tokens) => {
      group.keepShape(tokens);
    },
    now: workClock(session.engine.device),
  });
  group.onEvaluated = ({ promptTokens, tokens, ms }) => {
    if (promptTokens === 0) planner.evaluated(tokens, ms);
  };
  const remove = group.gathering.add(planner);
  return {
    generate: ({ prompt, settings, pool, route, keepsRows = true, onEvent, signal: own }, lane, signal) =>
      session.generate({
        prompt,
        settings,
        pool,
        ...(route && { route }),
        keepsRows,
        signal: own === undefined ? signal : AbortSignal.any([own, signal]),
        lane: { target: group.targets[lane]!, planner: planner.forRequest(lane) },
        // Nobody waits for a slow listener but its own answer.
        ...(onEvent && { onEvent: (event) => group.gathering.away(lane, () => onEvent(event)) }),
      }),
    get corrected() {
      return model.corrected;
    },
    close() {
      remove();
      group.onEvaluated = null;
    },
  };
}

/**
 * Resolves when all answers have ended. They are not reproducible: sums are rounded in an order that depends on the
 * other rows, so strict output equals plain output only as long as that never changes the most probable token.
 * @throws whatever `requests` or `onAnswer` throws, after the answers under way have ended
 */
export async function generateMany<R extends ManyRequest>(options: ManyOptions<R>): Promise<void> {
  const { group, requests, onAnswer, signal } = options;
  const writer = laneWriter(options);
  try {
    await runLanes({
      lanes: group,
      parallel: group.targets.length,
      jobs: requests,
      run: (request, lane) => writer.generate(request, lane, signal),
      onOutcome: onAnswer,
      signal,
    });
  } finally {
    writer.close();
  }
}
