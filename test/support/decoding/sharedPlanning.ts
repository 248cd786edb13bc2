// A planner for several requests that are all there from the start, without lanes, prompts or an engine.
import {
  Gathering,
  PlannerMemory,
  SharedPlanner,
  type CostModel,
  type SharedPlannerParts,
} from "../../../core/laser/index.ts";

/** @param parts what differs: by default 512 tokens, no prompts that wait, and a clock that stands still */
export function planTogether(
  requests: number,
  costs: CostModel,
  parts: Partial<SharedPlannerParts> = {},
): { readonly planner: SharedPlanner; readonly gathering: Gathering } {
  const gathering = new Gathering();
  const planner = new SharedPlanner({
    gathering,
    costs,
    memory: new PlannerMemory(),
    maxTokens: 512,
    maxTokensEach: 64,
    maxRequests: requests,
    waitingTokens: () => 0,
    keepShape: () => undefined,
    now: () => 0,
    ...parts,
  });
  gathering.add(planner);
  for (let member = 0; member < requests; member++) gathering.enter(member);
  return { planner, gathering };
}
