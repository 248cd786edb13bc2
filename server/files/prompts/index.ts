// The public API of server/files/prompts: the bytes of prompt files as text, and the files that they name.
export { poolOfPrompt } from "./poolOfPrompt.ts";
export { readBeside } from "./besidePrompt.ts";
export { decodePrompt } from "./promptText.ts";
