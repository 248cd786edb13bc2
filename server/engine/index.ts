// The public API of server/engine, the only folder that uses node-llama-cpp and koffi.
export { probeBatches } from "./batches/batchProbe.ts";
export * from "./costs/costGuess.ts";
export * from "./costs/costTable.ts";
export { workClock } from "./costs/workClock.ts";
export * from "./devices/index.ts";
export { openEmbedder, type Embedder } from "./embedder.ts";
export * from "./engine.ts";
export * from "./errors.ts";
export * from "./models/index.ts";
export { measureLaneCosts } from "./costs/laneCosts.ts";
export * from "./lanes/lanePlanner.ts";
export * from "./lanes/lanes.ts";
export { loadLlamaEngine, prepareEngine, type LoadOptions } from "./llama.ts";
export * from "./library/peer.ts";
export { isRunning } from "./runtime.ts";
export { loadTokenizer, type TokenizerOnly } from "./tokenizer/tokenizerOnly.ts";
export * from "./scripted/scripted.ts";
