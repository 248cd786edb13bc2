// Writes many answers, several at once: their tokens are evaluated together, each with its own draft.
import { CostModel, PlannerMemory, type CostTable } from "../../../core/laser/index.ts";
import { lanePlanner, workClock, type LaneGroup } from "../../engine/index.ts";
import type { GenerateOptions, Generated } from "./generateOptions.ts";
import type { Session } from "./session.ts";

/** One answer to write. */
export type LaneRequest = Pick<
  GenerateOptions,
  "prompt" | "settings" | "pool" | "route" | "keepsRows" | "onEvent"
> & {
  /** Ends only this answer; the others continue. */
  readonly signal?: AbortSignal;
};

export interface LaneWriterOptions {
  readonly session: Session;
  /** Lanes of the session's engine; the number of answers written at once. */
  readonly group: LaneGroup;
  /**
   * T(n) by the tokens of all answers together, as `measureLaneCosts` measures it, or guessed; corrected while running,
   * except for frozen ones.
   */
  readonly costs: CostTable;
}

/**
 * Writes answers on the lanes of a group, each lane one after another. They are not reproducible: sums are rounded in an order
 * that depends on the other rows, so strict output equals plain output only as long as that never changes the most probable
 * token.
 */
export interface LaneWriter {
  /** `signal` ends the answer after at most one more step. @throws DecodeError when the request can't be met */
  generate(request: LaneRequest, lane: number, signal: AbortSignal): Promise<Generated>;
  /** T(n) as corrected so far. */
  readonly corrected: CostTable;
  /** To be called when all lanes are idle. */
  close(): void;
}

/** For callers that run jobs on lanes by `runLanes`: a job may be several answers one after another in the same place. */
export function laneWriter({ session, group, costs }: LaneWriterOptions): LaneWriter {
  const model = new CostModel(costs, session.costs.isFrozen);
  const planner = lanePlanner(group, {
    costs: model,
    memory: new PlannerMemory(),
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
