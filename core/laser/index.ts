// Pure decoding core: drafting, verification, planning. Nothing under laser/ reads a clock, a file, a setting or a
// logger: all input arrives as arguments, all output leaves as values. Inside, drafting depends neither on the plan nor on
// the rule, verification depends on no drafter, and the pool on none of them (checked by `npm run boundaries`). Other
// folders import from here.
export * from "./drafting/acceptance.ts";
export * from "./drafting/calibration.ts";
export * from "./batchClass.ts";
export { MAX_CHAIN_TOKENS, MAX_TREE_TOKENS } from "./drafting/chain.ts";
export * from "./constraint.ts";
export * from "./planning/costs.ts";
export * from "./decode.ts";
export * from "./draft.ts";
export * from "./drafting/drafter.ts";
export * from "./errors.ts";
export * from "./gathering.ts";
export { GroupWeights, MAX_GROUP_WEIGHT, MAX_GROUPS, MIN_GROUP_WEIGHT } from "./drafting/groupWeights.ts";
export { hash3 } from "./hash.ts";
export * from "./loops.ts";
export * from "./offer.ts";
export * from "./planning/planner.ts";
export * from "./planning/plannerMemory.ts";
export * from "./planning/renewalPlanner.ts";
export { Overlay } from "./drafting/overlay.ts";
export { Candidates, MAX_CANDIDATES } from "./pool/candidates.ts";
export { NO_GROUP, type EntryLabel } from "./pool/entries.ts";
export { Pool, type PoolIndex } from "./pool/pool.ts";
export type { Distribution } from "./verification/distribution.ts";
export * from "./request.ts";
export * from "./rules.ts";
export * from "./runLanes.ts";
export * from "./score.ts";
export * from "./planning/selectionBias.ts";
export * from "./planning/sharedPlanner.ts";
export * from "./step.ts";
export * from "./strategies.ts";
export type { PrefillChunk } from "./prefill.ts";
export * from "./readPrefix.ts";
export * from "./readPrompt.ts";
export * from "./target.ts";
export { TreeAcceptanceModel } from "./drafting/treeAcceptance.ts";
export * from "./drafting/treeDrafter.ts";
export * from "./verification/verify.ts";
export { EXACT_FROM_PROBABILITY } from "./verification/stepRows.ts";
