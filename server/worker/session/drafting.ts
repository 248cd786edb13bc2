// How a run of a session drafts: the drafter that its settings ask for, what was learned from earlier runs, and what it is about.
import {
  AcceptanceModel,
  PlannerMemory,
  RetrievalDrafter,
  STRATEGY_TRAITS,
  TreeAcceptanceModel,
  TreeDrafter,
  type Drafter,
  type RequestLabel,
  type TargetModel,
} from "../../../core/laser/index.ts";
import type { Engine } from "../../engine/index.ts";
import type { GenerationSettings } from "../../../core/settings/index.ts";
import type { PoolRoute } from "../../../core/trace/index.ts";
import type { LoadedPool } from "../pool/pool.ts";

/** State that one run of a kind learns for the next. */
export function nothingLearned() {
  return {
    acceptance: new AcceptanceModel(),
    chains: new PlannerMemory(),
    treeAcceptance: new TreeAcceptanceModel(),
    trees: new PlannerMemory(),
    plain: new PlannerMemory(),
  };
}
export type Learned = ReturnType<typeof nothingLearned>;

export function createDrafter(
  { vocabularySize, maxTreeLeaves: maxLeaves }: TargetModel,
  isTree: boolean,
  { maxTreeTokens: maxNodes, minSupport }: GenerationSettings,
  pool: LoadedPool | null,
  learned: Learned,
): Drafter {
  const index = pool?.index ?? null;
  const options = { groupWeights: pool?.groupWeights ?? null, minSupport };
  return isTree
    ? new TreeDrafter(vocabularySize, index, learned.treeAcceptance, { maxNodes, maxLeaves }, options)
    : new RetrievalDrafter(vocabularySize, index, learned.acceptance, options);
}

/** What the drafter knows about a request, in the numbers of its pool. */
export function labelOf(
  pool: LoadedPool | null,
  route: PoolRoute | undefined,
  { excludeSubject }: GenerationSettings,
): RequestLabel {
  if (pool === null || route === undefined) return {};
  const group = route.group === null ? null : pool.groupNumber(route.group);
  const subject = excludeSubject && route.subject !== null ? pool.subjectNumber(route.subject) : null;
  return { ...(group !== null && { group }), ...(subject !== null && { excludedSubject: subject }) };
}

/** Whether a run drafts trees: if the engine can verify them and they are requested, or cheap as on a GPU. */
export function draftsTrees(
  { draftShape, strategy }: Pick<GenerationSettings, "draftShape" | "strategy">,
  { target, device }: Pick<Engine, "target" | "device">,
): boolean {
  if (target.maxTreeLeaves === 1 || !STRATEGY_TRAITS[strategy].drafts) return false;
  return draftShape === "tree" || (draftShape === "auto" && device.backend !== "cpu");
}
