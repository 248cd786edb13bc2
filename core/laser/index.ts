// Pure decoding core: drafting, verification, planning. Nothing under laser/ reads a clock, a file, a setting or a
// logger: all input arrives as arguments, all output leaves as values. Inside, drafting doesn't depend on the target or
// the rule, verification doesn't depend on drafters, and the pool doesn't depend on either. Other folders import from
// here (the webview also from verify.ts).
export * from "./acceptance.ts";
export * from "./calibration.ts";
export * from "./batchClass.ts";
export { MAX_CHAIN_TOKENS, MAX_TREE_TOKENS } from "./chain.ts";
export * from "./constraint.ts";
export * from "./costs.ts";
export * from "./decode.ts";
export * from "./draft.ts";
export * from "./drafter.ts";
export * from "./errors.ts";
export * from "./gathering.ts";
export { GroupWeights, MAX_GROUP_WEIGHT, MAX_GROUPS, MIN_GROUP_WEIGHT } from "./groupWeights.ts";
export { hash3 } from "./hash.ts";
export * from "./loops.ts";
export * from "./offer.ts";
export * from "./planner.ts";
export * from "./plannerMemory.ts";
export { Overlay } from "./overlay.ts";
export { Candidates, MAX_CANDIDATES } from "./pool/candidates.ts";
export { NO_GROUP, type EntryLabel } from "./pool/entries.ts";
export type { PoolArrays } from "./pool/arraysProblem.ts";
export { Pool, type PoolIndex } from "./pool/pool.ts";
export type { Distribution } from "./process.ts";
export * from "./request.ts";
export * from "./rules.ts";
export * from "./runLanes.ts";
export * from "./score.ts";
export * from "./selectionBias.ts";
export * from "./sharedPlanner.ts";
export * from "./step.ts";
export * from "./strategies.ts";
export * from "./target.ts";
export { TreeAcceptanceModel } from "./treeAcceptance.ts";
export * from "./treeDrafter.ts";
export * from "./verify.ts";
export { EXACT_FROM_PROBABILITY } from "./verifyStep.ts";
