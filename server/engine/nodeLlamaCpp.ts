// node-llama-cpp, imported when it is first needed: its import takes four times as long as the rest of a program's start,
// and a command that loads no model, or a worker that recites a script, doesn't need it.
import { messageOf } from "../../core/base/index.ts";
import { EngineError } from "./errors.ts";

/** @throws EngineError engineUnavailable, e.g. where the package is not installed */
export async function nodeLlamaCpp(): Promise<typeof import("node-llama-cpp")> {
  try {
    return await import("node-llama-cpp");
  } catch (error) {
    throw new EngineError({ tag: "engineUnavailable", reason: messageOf(error) }, { cause: error });
  }
}
