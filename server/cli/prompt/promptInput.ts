// Reads the prompt files that are given to a command.
import { errorCode, readBounded, unreadableReason } from "../../files/index.ts";
import { decodePrompt } from "../../files/prompts/index.ts";
import { CliError } from "../errors.ts";

/** What is rendered is bounded more narrowly; this keeps a device or the wrong file from filling the memory. */
export const MAX_PROMPT_BYTES = 64 * 2 ** 20;

/**
 * The text of a prompt file.
 * @throws CliError promptFileMissing, promptFileUnreadable, promptFileUndecodable, promptFileNotText
 */
export async function readPromptFile(path: string): Promise<string> {
  const bytes = await readBounded(path, MAX_PROMPT_BYTES).catch((error: unknown): never => {
    if (errorCode(error) === "ENOENT")
      throw new CliError({ tag: "promptFileMissing", path }, { cause: error });
    const reason = unreadableReason(error);
    throw new CliError({ tag: "promptFileUnreadable", path, reason }, { cause: error });
  });
  const decoded = decodePrompt(bytes);
  if (decoded.text === null) {
    const tag = decoded.isText ? "promptFileUndecodable" : "promptFileNotText";
    throw new CliError({ tag, path, reason: decoded.reason });
  }
  return decoded.text;
}
