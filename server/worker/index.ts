// The public API of server/worker, which holds model and pools and generates with traces.
export { checkConstraint, ConstraintSource } from "./answerConstraint.ts";
export { readChatTemplate, withChatTemplate } from "./chatTemplate.ts";
export { continuePrompt } from "./continuation.ts";
export * from "./costCache.ts";
export * from "./generateMany.ts";
export { GrowingPool, type GrownAnswer } from "./growingPool.ts";
export { loadingPool, loadPool } from "./loadPool.ts";
export { inPieces, turnFor } from "./inPieces.ts";
export { scriptedLoader, sessionOf, type SessionHooks } from "./loadModel.ts";
export * from "./pool.ts";
export { reproducibility, type Reproducibility } from "./reproducible.ts";
export * from "./prompt.ts";
export { checkPromptLength } from "./promptLength.ts";
export * from "./process/runWorker.ts";
export * from "./session.ts";
export type { PreparedPrompt } from "./preparedPrompt.ts";
export { noteUsesOf, usedEntries, UseCounts } from "./usedEntries.ts";
export { SCRIPTED_COSTS } from "./scriptedModel.ts";
