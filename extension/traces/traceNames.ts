// Names of trace files: what generated names say, and which names a user can choose.
import {
  formOfName,
  runOfFileName,
  TRACE_ENDINGS,
  withoutTraceEnding,
  type TraceForm,
} from "../../core/trace/index.ts";

const STRATEGY = /-(?:plain|prompt-lookup|laser-strict|laser)$/;
/** Windows, the strictest, refuses these characters anywhere in a name. */
// eslint-disable-next-line no-control-regex -- these are the characters to refuse
const BAD_CHARACTER = /[<>:"/\\|?*\u0000-\u001f\u007f]/;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** File systems allow 255 bytes; the ending and names derived from this one need some. */
const MAX_BYTES = 200;

/** The name that the user gave a trace; null if its name is generated. */
export function givenName(fileName: string): string | null {
  return runOfFileName(fileName) === null ? withoutTraceEnding(fileName) : null;
}

/** The prompt according to the file name, e.g. "film". */
export function promptOfName(fileName: string): string {
  return runOfFileName(fileName)?.replace(STRATEGY, "") ?? withoutTraceEnding(fileName);
}

/** The file name for a name that the user typed, with or without an ending. */
export function fileNameOf(written: string, form: TraceForm): string {
  return `${withoutTraceEnding(written.trim())}${TRACE_ENDINGS[form]}`;
}

export type NameProblem =
  | "empty"
  | "badCharacter"
  | "badEnd"
  | "reserved"
  | "tooLong"
  | "looksLikeOurs"
  | "taken";

/** Why a typed name can't be used beside `others`; null if it can. */
export function nameProblem(written: string, others: readonly string[], form: TraceForm): NameProblem | null {
  const file = fileNameOf(written, form);
  const name = withoutTraceEnding(file);
  if (name === "") return "empty";
  if (BAD_CHARACTER.test(name)) return "badCharacter";
  if (name.startsWith(".") || name.endsWith(".") || name.endsWith(" ")) return "badEnd";
  if (WINDOWS_DEVICE.test(name)) return "reserved";
  if (new TextEncoder().encode(file).length > MAX_BYTES) return "tooLong";
  if (runOfFileName(file) !== null) return "looksLikeOurs";
  return others.some((other) => isSameName(other, name)) ? "taken" : null;
}

/** Two traces with equal names in a list can't be told apart, and some file systems ignore case. */
function isSameName(other: string, name: string): boolean {
  return formOfName(other) !== null && withoutTraceEnding(other).toLowerCase() === name.toLowerCase();
}
