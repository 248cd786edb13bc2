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
  const template = templateIn(text);
  if (template === null || template.trim() === "") {
    const reason = template === null ? 'it is JSON without a template under "chat_template"' : "it is empty";
    throw new WorkerError({ tag: "chatTemplateUnreadable", path, reason });
  }
  return { path, text: template };
}

/**
 * The template of a file in Jinja, or of the JSON in which models of transformers come (tokenizer_config.json,
 * chat_template.json): a text, or a list of named ones, of which "default" is it. Null for other JSON, which Jinja would take
 * for the words of a template.
 */
function templateIn(text: string): string | null {
  // Jinja's own brackets never begin JSON.
  if (!/^\s*(?:\{\s*["}]|[["])/.test(text)) return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const given: unknown = isObject(value) ? value.chat_template : value;
  if (typeof given === "string") return given;
  const named: unknown = Array.isArray(given)
    ? given.find((one: unknown) => isObject(one) && one.name === "default")
    : null;
  return isObject(named) && typeof named.template === "string" ? named.template : null;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The engine with another chat template; with its own if that is null. */
export function withChatTemplate<E extends Pick<Engine, "chat">>(
  engine: E,
  template: GivenTemplate | null,
): E {
  if (template === null) return engine;
  return { ...engine, chat: { ...engine.chat, template: template.text, templateFile: template.path } };
}
