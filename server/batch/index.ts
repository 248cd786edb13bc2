// The public API of server/batch: an answer for every row of a data set.
export type { CheckAnswer, RouteOf } from "./answerRow.ts";
export { BatchError } from "./errors.ts";
export { PUBLISHED, type Published, type RunIdentity } from "./identity.ts";
export type { EndReason } from "./output/journal.ts";
export { withOutput } from "./output/lockedOutput.ts";
export { outputPaths, placeBeside, type OutputPaths } from "./output/outputPaths.ts";
export { parseOutputRow, type OutputRow } from "../protocol/outputRow.ts";
export { writeParquet } from "./output/parquet.ts";
export { leftOutWords, plainRatio, plainRowsOf, usedWords, type PlainRows } from "./plainRatio.ts";
export type { RunProgress } from "./progress.ts";
export { alsoWrittenBy, checkOutput, type BeginMode } from "./recover.ts";
export { promptMaker } from "./rowPrompt.ts";
export { asFullDisk, runBatch, type BatchOptions, type BatchResult } from "./runBatch.ts";
export { RunTally } from "./tally.ts";
export { summaryHtml, type RunSummary } from "./summary/summaryHtml.ts";
