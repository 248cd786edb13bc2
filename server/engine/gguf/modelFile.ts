// The head of a model file as node-llama-cpp gives it: read by the library once our own reader has found nothing wrong.
import type { GgufFileInfo } from "node-llama-cpp";
import { messageOf } from "../../../core/base/index.ts";
import { EngineError } from "../errors.ts";
import { nodeLlamaCpp } from "../nodeLlamaCpp.ts";
import { examineModel } from "./examine.ts";

/**
 * The head of a GGUF file as node-llama-cpp gives it, and the size of all its parts in bytes.
 * @throws as `examineModel`
 */
export async function readModelFile(
  path: string,
  signal?: AbortSignal,
): Promise<{ info: GgufFileInfo; bytes: number }> {
  const { bytes } = await examineModel(path, signal);
  return { info: await libraryInfo(path, signal), bytes };
}

async function libraryInfo(path: string, signal: AbortSignal | undefined): Promise<GgufFileInfo> {
  const { readGgufFileInfo } = await nodeLlamaCpp();
  try {
    return await readGgufFileInfo(path, {
      sourceType: "filesystem",
      logWarnings: false,
      ...(signal && { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    const reason = messageOf(error);
    throw new EngineError({ tag: "modelHeadUnreadable", path, reason }, { cause: error });
  }
}
