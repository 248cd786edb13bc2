// The planner that divides the evaluations of a group of lanes among them.
import { SharedPlanner, type CostModel, type PlannerMemory } from "../../../core/laser/index.ts";
import type { LaneGroup } from "./lanes.ts";

export interface LanePlannerOptions {
  readonly costs: CostModel;
  readonly memory: PlannerMemory;
  /** The clock of evaluations, in ms. */
  readonly now: () => number;
}

/** The caller adds it to the group's gathering, and reports evaluations to it. */
export function lanePlanner(group: LaneGroup, options: LanePlannerOptions): SharedPlanner {
  return new SharedPlanner({
    ...options,
    gathering: group.gathering,
    maxTokens: group.maxTokens,
    maxTokensEach: group.maxTokensEach,
    maxRequests: group.targets.length,
    waitingTokens: () => group.waitingTokens(),
    keepShape: (tokens) => {
      group.keepShape(tokens);
    },
  });
}
