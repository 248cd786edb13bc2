// From text to a checked trace: everything is checked here, so that no caller has to.
import { checkIdentities } from "./checks/identities.ts";
import { TraceError } from "./errors.ts";
import { isTooDeep, parseJson } from "./json.ts";
import { fillTrace, migrateV1 } from "./fill.ts";
import { TRACE_FORMAT, TRACE_VERSION, TraceSchema } from "./schema/schema.ts";
import type { TraceFile, TraceFileV1 } from "./schema/schemaTypes.ts";
import { TraceSchemaV1 } from "./schema/schemaV1.ts";
import type { Trace } from "./types.ts";
import { validatorOf, type Validator } from "./checks/validate.ts";

let validator: Validator | null = null;
let validatorV1: Validator | null = null;

/**
 * Reads a *.lasertrace. Unknown keys are kept.
 * @throws TraceError if the text is not a trace, has another version, or contradicts itself
 */
export function parseTrace(text: string): Trace {
  const parsed = parseJson(text);
  if (!parsed.ok) {
    const { offset, line, column, isCut } = parsed;
    throw new TraceError({ tag: "traceNotJson", offset, line, column, isCut });
  }
  return checkTrace(parsed.value);
}

/**
 * The trace of a parsed file. It shares parts with the value, which is not changed.
 * @throws TraceError as parseTrace does
 */
export function checkTrace(value: unknown): Trace {
  if (!isMarked(value)) throw new TraceError({ tag: "traceNotATrace" });
  const trace = traceOf(value);
  const broken = checkIdentities(trace);
  if (broken.length > 0)
    throw new TraceError({ tag: "traceInconsistent", identity: broken[0]!, broken: broken.length });
  return trace;
}

function traceOf(value: { readonly version?: unknown }): Trace {
  switch (value.version) {
    case 1:
      validatorV1 ??= validatorOf(TraceSchemaV1);
      mustBeValid(validatorV1, value);
      return migrateV1(value as unknown as TraceFileV1);
    case TRACE_VERSION:
      validator ??= validatorOf(TraceSchema);
      mustBeValid(validator, value);
      return fillTrace(value as unknown as TraceFile);
    default:
      throw new TraceError({ tag: "traceVersionUnknown", version: versionText(value.version) });
  }
}

function mustBeValid(validate: Validator, value: unknown): void {
  const problem = validate(value);
  if (problem === null) return;
  const { path, expected, found } = problem;
  throw new TraceError({ tag: "traceInvalid", path, expected, found });
}

/** As JSON, shortened; "none" if it is nested too deeply to be written. */
function versionText(version: unknown): string {
  if (version === undefined || isTooDeep(version)) return "none";
  return JSON.stringify(version).slice(0, 40);
}

function isMarked(value: unknown): value is { readonly version?: unknown } {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.hasOwn(value, "format") &&
    (value as { readonly format?: unknown }).format === TRACE_FORMAT
  );
}
