// Names of trace files: what ours say, and which a user may give. Pure; it must not know what is in a file.
import {
  formOfName,
  runOfFileName,
  TRACE_ENDINGS,
  withoutTraceEnding,
  type TraceForm,
} from "../server/trace/index.ts";

const STRATEGY = /-(?:plain|prompt-lookup|laser-strict|laser)$/;
/** What Windows, the strictest, refuses anywhere in a name. */
// eslint-disable-next-line no-control-regex -- these are the characters to refuse
const BAD_CHARACTER = /[<>:"/\\|?*\u0000-\u001f\u007f]/;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** File systems take 255; the ending and names made of this one need some. */
const MOST_BYTES = 200;

/** The user's own name for a trace; null where the file has a name of ours. */
export function givenName(fileName: string): string | null {
  return runOfFileName(fileName) === null ? withoutTraceEnding(fileName) : null;
}

/** What the name of a file alone says of its prompt, e.g. "film". */
export function promptOfName(fileName: string): string {
  return runOfFileName(fileName)?.replace(STRATEGY, "") ?? withoutTraceEnding(fileName);
}

/** What a user writes as a name, with either ending or none, as the name of a file of a form. */
export function fileNameOf(written: string, form: TraceForm): string {
  return `${withoutTraceEnding(written.trim())}${TRACE_ENDINGS[form]}`;
}

export type NameProblem =
  "empty" | "badCharacter" | "badEnd" | "reserved" | "tooLong" | "looksLikeOurs" | "taken";

/** Why a written name can't be that of a file beside `others`; null where it can. */
export function nameProblem(written: string, others: readonly string[], form: TraceForm): NameProblem | null {
  const file = fileNameOf(written, form);
  const name = withoutTraceEnding(file);
  if (name === "") return "empty";
  if (BAD_CHARACTER.test(name)) return "badCharacter";
  if (name.startsWith(".") || name.endsWith(".") || name.endsWith(" ")) return "badEnd";
  if (WINDOWS_DEVICE.test(name)) return "reserved";
  if (new TextEncoder().encode(file).length > MOST_BYTES) return "tooLong";
  if (runOfFileName(file) !== null) return "looksLikeOurs";
  return others.some((other) => isSameName(other, name)) ? "taken" : null;
}

/** Two traces that read alike in a list can't be told apart. Some file systems don't tell capital letters from small ones. */
function isSameName(other: string, name: string): boolean {
  return formOfName(other) !== null && withoutTraceEnding(other).toLowerCase() === name.toLowerCase();
}
