// The catalogue of errors: any fault of any folder as code, text and next step, for editor and terminal
// alike.
export { describeBenchFault, type BenchFault } from "./bench.ts";
export { describeDecodeFault } from "./decode.ts";
export { describeEngineFault } from "./engine.ts";
export { describeFilesFault } from "./files.ts";
export { describeModelFault } from "./models.ts";
export { describePoolFault } from "./pools.ts";
export { describePromptFault } from "./prompts.ts";
export type { ErrorText } from "./text.ts";
export { describeTraceFault } from "./trace.ts";
