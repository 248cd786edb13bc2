// Validates the messages of the settings editor's page, which could send anything.
import type { FromSettingsEditor, Json, TargetId } from "../shared/settingsEditor.ts";

/** Null if it is not a valid message. */
export function readMessage(given: unknown): FromSettingsEditor | null {
  if (typeof given !== "object" || given === null || !("kind" in given)) return null;
  if (given.kind === "ready" || given.kind === "manageTrust") return { kind: given.kind };
  if (!("key" in given) || typeof given.key !== "string") return null;
  const { key } = given;
  if (given.kind === "openNative") return { kind: "openNative", key };
  if (!("target" in given) || !isTargetId(given.target)) return null;
  const { target } = given;
  if (given.kind === "reset") return { kind: "reset", key, target };
  if (given.kind !== "change" || !("value" in given) || !isJson(given.value)) return null;
  return { kind: "change", key, target, value: given.value };
}

function isTargetId(given: unknown): given is TargetId {
  return given === "user" || given === "workspace" || (typeof given === "string" && /^folder:./.test(given));
}

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return typeof value === "object" && Object.values(value).every(isJson);
}
