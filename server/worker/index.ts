// The public API of server/worker, which holds model and pools and generates with traces.
export { checkConstraint, ConstraintSource } from "./session/answerConstraint.ts";
export { readChatTemplate, withChatTemplate } from "./prompt/chatTemplate.ts";
export { continuePrompt } from "./session/continuation.ts";
export * from "./cache/costCache.ts";
export * from "./session/generateMany.ts";
export { GrowingPool, type GrownAnswer } from "./pool/growingPool.ts";
export { loadingPool, loadPool } from "./pool/loadPool.ts";
export { inPieces, turnFor } from "./inPieces.ts";
export { scriptedLoader, sessionOf } from "./model/loadModel.ts";
export * from "./pool/pool.ts";
export { reproducibility, type Reproducibility } from "./session/reproducible.ts";
export * from "./prompt/prompt.ts";
export { checkPromptLength } from "./prompt/promptLength.ts";
export * from "./process/runWorker.ts";
export * from "./session/session.ts";
export type { PreparedPrompt } from "./prompt/preparedPrompt.ts";
export { noteUsesOf, usedEntries, UseCounts } from "./pool/usedEntries.ts";
export { SCRIPTED_COSTS } from "./model/scriptedModel.ts";
