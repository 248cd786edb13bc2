// The public API of server/bench: replay of recorded answers, benchmarks, and statistics over answers.
export * from "./ablation/index.ts";
export * from "./benchmark.ts";
export * from "./report/benchmarkFigures.ts";
export * from "./benchPlan.ts";
export * from "./errors.ts";
export * from "./replay/estimate.ts";
export * from "./followedTarget.ts";
export * from "./measure.ts";
export { observedCosts, type Evaluation } from "./observedCosts.ts";
export { createPeerArm } from "./measurePeer.ts";
export * from "./parallel.ts";
export * from "./report/parallelFigures.ts";
export * from "./replay/pricedTarget.ts";
export * from "./recordings/recordedTexts.ts";
export { readRecordings, vocabularyOf, type Recording } from "./recordings/recordings.ts";
export * from "./replay/replay.ts";
export {
  GROUP_MODES,
  MIN_GROUP_ANSWERS,
  REPLAY_STRATEGIES,
  TREE_LEAVES,
  type ReplayStrategy,
} from "./replay/replayStrategies.ts";
export * from "./report/report.ts";
export { costTable, decimals, range, times, type FigureTable } from "./report/reportTables.ts";
export * from "./statistics.ts";
