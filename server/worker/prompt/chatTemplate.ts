// A chat template of the user's that replaces the model's own.
import { errorCode, unreadableReason } from "../../files/index.ts";
import { readText, TextFileError } from "../../files/text/index.ts";
import type { Engine } from "../../engine/index.ts";
import { WorkerError } from "../errors.ts";

/** The longest template known has some 20 kB. */
const MAX_BYTES = 2 ** 20;

/** A template that replaces the model's own. */
export interface GivenTemplate {
  readonly path: string;
  readonly text: string;
}

/** The template of a file. @throws WorkerError chatTemplateUnreadable; TextFileError */
export async function readChatTemplate(path: string, signal?: AbortSignal): Promise<GivenTemplate> {
  const text = await readText(path, { mostBytes: MAX_BYTES, signal }).catch((error: unknown) => {
    if (error instanceof TextFileError && error.fault.tag === "textTooLong")
      throw new WorkerError(
        { tag: "chatTemplateUnreadable", path, reason: "it has more than 1 MiB" },
        { cause: error },
      );
    if (errorCode(error) === undefined || signal?.aborted) throw error;
    throw new WorkerError(
      { tag: "chatTemplateUnreadable", path, reason: unreadableReason(error) },
      { cause: error },
    );
  });
  if (text.trim() === "")
    throw new WorkerError({ tag: "chatTemplateUnreadable", path, reason: "it is empty" });
  return { path, text };
}

/** The engine with another chat template; with its own if that is null. */
export function withChatTemplate<E extends Pick<Engine, "chat">>(
  engine: E,
  template: GivenTemplate | null,
): E {
  if (template === null) return engine;
  return { ...engine, chat: { ...engine.chat, template: template.text, templateFile: template.path } };
}
