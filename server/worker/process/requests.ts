// Parses what a client sends: a value from outside becomes a WorkerRequest, or a fault that names the field.
// Nothing is checked again after this.
import { Value } from "typebox/value";
import { DEFAULT_SETTINGS, settingName, settingOf, settingProblem } from "../../../core/settings/index.ts";
import type { WorkerRequest } from "../../protocol/worker.ts";
import { ContinuedRequestSchema, WorkerRequestSchemas } from "../../protocol/workerRequests.ts";
import { schemaProblem } from "../../protocol/shape.ts";
import { WorkerError } from "../errors.ts";

const KINDS = Object.keys(WorkerRequestSchemas) as WorkerRequest["kind"][];

/** @throws WorkerError badRequest naming the field */
export function parseRequest(value: unknown): WorkerRequest {
  const kind = fieldOf(value, "kind");
  const known = KINDS.find((candidate) => candidate === kind);
  if (known === undefined)
    throw new WorkerError({
      tag: "badRequest",
      field: "kind",
      reason: kind === undefined ? "is missing" : `must be one of ${KINDS.join(", ")}`,
    });
  const given = known === "generate" ? withDefaults(value) : value;
  const schema =
    known === "generate" && continues(value) ? ContinuedRequestSchema : WorkerRequestSchemas[known];
  if (Value.Check(schema, given)) {
    const fault = given.kind === "answer" ? settingsFault(given.params.settings) : null;
    if (fault !== null) throw new WorkerError({ tag: "badRequest", ...fault });
    return given;
  }
  const { field, reason } = schemaProblem(schema, given) ?? { field: "", reason: "is invalid" };
  throw new WorkerError({ tag: "badRequest", field, reason });
}

function continues(value: unknown): boolean {
  return fieldOf(fieldOf(value, "params"), "continueFrom") !== undefined;
}

/** The first value by name that is not a setting of a generation, or outside its bounds; null if all are fine. */
function settingsFault(values: object): { readonly field: string; readonly reason: string } | null {
  for (const [key, value] of Object.entries(values)) {
    const field = `params.settings.${key}`;
    const found = settingName(key);
    const [group = ""] = key.split(".");
    if (found !== key || !Object.hasOwn(DEFAULT_SETTINGS, group))
      return { field, reason: "is not a setting of an answer" };
    const wanted = settingProblem(settingOf(found), value);
    if (wanted !== null) return { field, reason: `must be ${wanted}` };
  }
  return null;
}

/** Settings that a client leaves out have their defaults, so that one written before a setting existed stays valid. */
function withDefaults(value: unknown): unknown {
  const params = fieldOf(value, "params");
  const settings = fieldOf(params, "settings");
  if (!isObject(settings)) return value;
  const whole: Record<string, unknown> = { ...DEFAULT_SETTINGS, ...settings };
  for (const [name, preset] of Object.entries<unknown>(DEFAULT_SETTINGS)) {
    const given = whole[name];
    if (isGroup(preset) && isObject(given)) whole[name] = { ...preset, ...given };
  }
  return { ...(value as object), params: { ...(params as object), settings: whole } };
}

/** The id to answer under: that of the message, or 0 if it has none. */
export function idOf(value: unknown): number {
  const found = fieldOf(value, "id");
  return Value.Check(WorkerRequestSchemas.stats.properties.id, found) ? found : 0;
}

function fieldOf(value: unknown, field: string): unknown {
  if (!isObject(value)) return undefined;
  return Object.entries(value).find(([key]) => key === field)?.[1];
}

/** A group of settings: neither a list, nor a rule, whose fields depend on its kind. */
function isGroup(value: unknown): value is object {
  return isObject(value) && !Array.isArray(value) && !("kind" in value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
