// Reads messages from the worker. Only the frame is checked (kind, ids, the parts that the server itself
// reads).
import type { WorkerMessage } from "../protocol/worker.ts";

/** The message, or null if it is not one. */
export function readWorkerMessage(value: unknown): WorkerMessage | null {
  if (!isRecord(value)) return null;
  return isFrame(value) ? (value as unknown as WorkerMessage) : null;
}

function isFrame(value: Readonly<Record<string, unknown>>): boolean {
  switch (value.kind) {
    case "progress":
      return isId(value.request) && typeof value.message === "string";
    case "begin":
      return (
        isId(value.request) &&
        isRecord(value.header) &&
        isRecord(value.header.request) &&
        Array.isArray(value.header.request.promptTokens) &&
        isRecord(value.tokens)
      );
    case "step":
      return isId(value.request) && isStep(value.step) && isRecord(value.tokens) && isRecord(value.entries);
    case "done":
      return isId(value.id) && typeof value.request === "string";
    case "failed":
      return (
        isId(value.id) &&
        isRecord(value.error) &&
        [value.error.code, value.error.message, value.error.nextStep].every(
          (text) => typeof text === "string",
        )
      );
    default:
      return false;
  }
}

function isStep(step: unknown): boolean {
  return isRecord(step) && Array.isArray(step.draft) && Array.isArray(step.verdicts) && isRecord(step.next);
}

function isId(value: unknown): boolean {
  return Number.isInteger(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
