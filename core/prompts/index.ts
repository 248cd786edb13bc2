// The public API of this folder: prompt files (parse, render) and chat templates. The folder is pure: text
// and values in, data or a tagged fault out.
export { renderChat, type ChatOptions, type RenderedChat } from "./chat.ts";
export { PromptError, type PromptFault } from "./errors.ts";
export type { ReadFile, ReadPromptFile } from "./fileReferences.ts";
export { withFirstToken, type Fragment } from "./fragments.ts";
export { parsePrompty } from "./parse.ts";
export type { Position, Range } from "./positions.ts";
export type { Problem, ProblemCode } from "./problem.ts";
export type {
  ChatMessage,
  PromptFile,
  PromptMeta,
  PromptValue,
  Role,
  Section,
  Variable,
} from "./promptFile.ts";
export { renderMessages, type RenderedPrompt } from "./render.ts";
export { rowValues, withoutSamples } from "./rowValues.ts";
export { formatTime, type LocalTime } from "./strftime.ts";
export { withSamples } from "./writeSamples.ts";
