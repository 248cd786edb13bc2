// The pool that a prompt file names in its `laser:` block.
import { dirname, resolve } from "node:path";
import type { PromptFile } from "../../../core/prompts/index.ts";

/** Its absolute path, resolved from the prompt file's folder; null if the file names none. */
export function poolOfPrompt({ laser }: Pick<PromptFile, "laser">, promptPath: string): string | null {
  const pool = laser?.pool ?? null;
  return pool === null ? null : resolve(dirname(promptPath), pool);
}
