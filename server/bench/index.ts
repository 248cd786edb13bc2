// The public API of server/bench: replay of recorded answers, benchmarks, and statistics over answers.
export * from "./ablation/index.ts";
export * from "./benchmark.ts";
export * from "./benchmarkFigures.ts";
export * from "./benchPlan.ts";
export * from "./errors.ts";
export * from "./estimate.ts";
export * from "./followedTarget.ts";
export * from "./measure.ts";
export { observedCosts, type Evaluation } from "./observedCosts.ts";
export { createPeerArm } from "./measurePeer.ts";
export * from "./parallel.ts";
export * from "./parallelFigures.ts";
export * from "./pricedTarget.ts";
export * from "./recordedTexts.ts";
export { parseRecordings, readRecordings, vocabularyOf, type Recording } from "./recordings.ts";
export * from "./replay.ts";
export {
  GROUP_MODES,
  MIN_GROUP_ANSWERS,
  type GroupMode,
  REPLAY_STRATEGIES,
  TREE_LEAVES,
  type ReplayStrategy,
} from "./replayStrategies.ts";
export * from "./report.ts";
export { costTable, decimals, range, times, type FigureTable } from "./reportTables.ts";
export * from "./statistics.ts";
