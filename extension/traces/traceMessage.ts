// Validates the messages of the trace editor's page: the page is ours, the file it shows can be anybody's.
import { readChoice } from "./continuationChoice.ts";
import { TRACE_COMMANDS, type AppliedSettings, type FromTraceEditor } from "../shared/traceEditor.ts";

type Fields = Readonly<Record<string, unknown>>;

export function readTraceMessage(given: unknown): FromTraceEditor | null {
  if (typeof given !== "object" || given === null) return null;
  const fields = given as Fields;
  switch (fields.kind) {
    case "ready":
      return { kind: "ready" };
    case "command": {
      const command = TRACE_COMMANDS.find((known) => known === fields.command);
      return command === undefined ? null : { kind: "command", command };
    }
    case "copy":
      return typeof fields.text === "string" ? { kind: "copy", text: fields.text } : null;
    case "continueFrom": {
      const choice = readChoice(fields);
      return choice === null ? null : { kind: "continueFrom", ...choice };
    }
    case "applySettings": {
      const settings = readSettings(fields.settings);
      return settings === null ? null : { kind: "applySettings", settings };
    }
    default:
      return null;
  }
}

/** Bounds are checked when the settings are written. */
function readSettings(given: unknown): AppliedSettings | null {
  if (typeof given !== "object" || given === null) return null;
  const { strategy, topK, minProbability, endOfText, maxConsecutiveRelaxed, maxNatsGivenUp } =
    given as Fields;
  if (strategy !== "laser" && strategy !== "laser-strict") return null;
  if (typeof endOfText !== "boolean") return null;
  if (!isLimit(topK) || !isLimit(minProbability)) return null;
  if (!isLimit(maxConsecutiveRelaxed) || !isLimit(maxNatsGivenUp)) return null;
  return { strategy, topK, minProbability, endOfText, maxConsecutiveRelaxed, maxNatsGivenUp };
}

function isLimit(value: unknown): value is number | null {
  return value === null || (typeof value === "number" && Number.isFinite(value));
}
