// Why a model could not be loaded: what the library throws or logs, as known faults.
import { messageOf } from "../../core/base/index.ts";
import { EngineError, type EngineFault } from "./errors.ts";

/** How many of the last native error lines are given as the reason of a failed load. */
const REASON_LINES = 3;

/** The error as memoryTooSmall, if that is what it says; otherwise null. */
export function memoryFault(error: unknown, path: string, contextTokens: number): EngineError | null {
  // The library exports this class, but a context too large for the backend fails with a plain Error.
  if (!(error instanceof Error)) return null;
  if (error.constructor.name !== "InsufficientMemoryError" && error.message !== NO_CONTEXT) return null;
  return new EngineError(
    { tag: "memoryTooSmall", path, contextTokens, reason: error.message },
    { cause: error },
  );
}

/** What the library throws if llama.cpp can't make a context. */
export const NO_CONTEXT = "Failed to create context";

/** @param lines native error lines */
export function loadFault(
  error: unknown,
  { path, bytes }: { readonly path: string; readonly bytes: number },
  lines: readonly string[],
): EngineError {
  const reason = lines.slice(-REASON_LINES).join(" · ") || messageOf(error);
  // The header was complete and the last tensor is not. Only llama.cpp knows that tensor's size.
  const isTruncated = reason.includes("not within the file bounds");
  const fault: EngineFault = isTruncated
    ? { tag: "modelFileTruncated", path, bytes, neededBytes: null }
    : { tag: "modelLoadFailed", path, reason };
  return new EngineError(fault, { cause: error });
}
