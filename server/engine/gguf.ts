// Reads a model file's header before any native code does, so that a bad file gets a clear reason: missing, empty, not
// GGUF or truncated, where llama.cpp only says "failed to load".
import { open, stat } from "node:fs/promises";
import { readGgufFileInfo, type GgufFileInfo } from "node-llama-cpp";
import { errorCode } from "../files/index.ts";
import { messageOf } from "../../core/base/index.ts";
import { EngineError } from "./errors.ts";

const GGUF_MAGIC = "GGUF";

/**
 * The header of a GGUF file and its size in bytes.
 * @throws EngineError modelFile…, modelHeadUnreadable, modelWithoutVocabulary
 */
export async function readModelFile(path: string): Promise<{ info: GgufFileInfo; bytes: number }> {
  const bytes = await sizeOf(path);
  if (bytes === 0) throw new EngineError({ tag: "modelFileEmpty", path });
  if ((await firstBytes(path, GGUF_MAGIC.length)) !== GGUF_MAGIC)
    throw new EngineError({ tag: "modelFileNotGguf", path });
  const info = await readHeader(path);
  const neededBytes = endOfTensors(info);
  if (bytes < neededBytes) throw new EngineError({ tag: "modelFileTruncated", path, bytes, neededBytes });
  // The library's types promise a vocabulary, but files of encoders or projectors have none.
  const tokenizer = info.metadata.tokenizer as { ggml?: { tokens?: unknown } } | undefined;
  if (!Array.isArray(tokenizer?.ggml?.tokens)) throw new EngineError({ tag: "modelWithoutVocabulary", path });
  return { info, bytes };
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (!found.isFile())
      throw new EngineError({ tag: "modelFileUnreadable", path, reason: "it is a folder" });
    return found.size;
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const code = errorCode(error) ?? String(error);
    if (code === "ENOENT" || code === "ENOTDIR")
      throw new EngineError({ tag: "modelFileMissing", path }, { cause: error });
    throw new EngineError({ tag: "modelFileUnreadable", path, reason: code }, { cause: error });
  }
}

async function firstBytes(path: string, count: number): Promise<string> {
  const file = await open(path).catch((error: unknown) => {
    const reason = messageOf(error);
    throw new EngineError({ tag: "modelFileUnreadable", path, reason }, { cause: error });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function readHeader(path: string): Promise<GgufFileInfo> {
  try {
    return await readGgufFileInfo(path, { sourceType: "filesystem", logWarnings: false });
  } catch (error) {
    const reason = messageOf(error);
    throw new EngineError({ tag: "modelHeadUnreadable", path, reason }, { cause: error });
  }
}

/** The start of the last tensor, at least: the file must reach beyond it. */
function endOfTensors(info: GgufFileInfo): number {
  let end = 0;
  for (const tensor of info.fullTensorInfo ?? []) end = Math.max(end, Number(tensor.fileOffset) + 1);
  return end;
}
