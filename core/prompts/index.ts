// The public API of this folder: prompt files (parse, render) and chat templates. The folder is pure: text
// and values in, data or a tagged fault out.
export { renderChat } from "./chat/chat.ts";
export { PromptError, type PromptFault } from "./errors.ts";
export type { ReadFile, ReadPromptFile } from "./fileReferences.ts";
export { withFirstToken } from "./chat/fragments.ts";
export {
  LASER_TEXTS,
  INPUT_KEYS,
  INPUT_SCHEMA_KEYS,
  MODEL_KEYS,
  OPTION_KEYS,
  TOP_KEYS,
} from "./frontMatter/keyTexts.ts";
export { laserKeysIn } from "./frontMatter/laserBlock.ts";
export { keyEdit } from "./editing/keyEdit.ts";
export { yamlText } from "./yamlText.ts";
export { keyCursor } from "./editing/keyCursor.ts";
export {
  declarationsOf,
  eachKey,
  holdsVariables,
  inputNodes,
  keyTree,
  type DeclaredAt,
  type KeyNode,
} from "./editing/keyTree.ts";
export { parsePrompty, readPrompt, type ReadPrompt } from "./parse.ts";
export { lineStartBefore, type Range, type Span } from "./positions.ts";
export type { Problem } from "./problem.ts";
export type { ChatMessage, PromptFile, PromptValue, Variable } from "./promptFile.ts";
export { renderMessages } from "./render.ts";
export { FILTER_TEXTS, GLOBAL_TEXTS, STATEMENT_TEXTS, TEST_TEXTS } from "./editing/jinjaTexts.ts";
export { namesSetIn } from "./templateNames.ts";
export { templateCursor, type TemplateCursor } from "./editing/templateCursor.ts";
export { isValueMap, LOOP_TEXTS, sampleValueAt } from "./editing/templateValues.ts";
export { templateWords, type TemplateWord, type WordKind } from "./editing/templateWords.ts";
export { unknownNames } from "./jinja/index.ts";
export { rowValues, withoutSamples } from "./rowValues.ts";
export { formatTime, type LocalTime } from "./chat/strftime.ts";
export { withSamples } from "./editing/writeSamples.ts";
