// Names of trace files: what ours say, and which a user may give. Pure; it must not know what is in a file.
import { TRACE_ENDING } from "./traces.ts";

/** As the server and this extension name them; files of other names are never removed to make room. */
const OWN_NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-(.+)\.lasertrace$/;
const STRATEGY = /-(?:plain|prompt-lookup|laser-strict|laser)$/;
/** What Windows, the strictest, refuses anywhere in a name. */
// eslint-disable-next-line no-control-regex -- these are the characters to refuse
const BAD_CHARACTER = /[<>:"/\\|?*\u0000-\u001f\u007f]/;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** File systems take 255; the ending and names made of this one need some. */
const MOST_BYTES = 200;

/** The user's own name for a trace; null where the file has a name of ours. */
export function givenName(fileName: string): string | null {
  return OWN_NAME.test(fileName) ? null : withoutEnding(fileName);
}

/** What the name of a file alone says of its prompt, e.g. "film". */
export function promptOfName(fileName: string): string {
  const own = OWN_NAME.exec(fileName)?.[1];
  return own === undefined ? withoutEnding(fileName) : own.replace(STRATEGY, "");
}

/** What a user writes as a name, as the name of a file. */
export function fileNameOf(written: string): string {
  return `${withoutEnding(written.trim())}${TRACE_ENDING}`;
}

export type NameProblem =
  "empty" | "badCharacter" | "badEnd" | "reserved" | "tooLong" | "looksLikeOurs" | "taken";

/** Why a written name can't be that of a file beside `others`; null where it can. */
export function nameProblem(written: string, others: readonly string[]): NameProblem | null {
  const file = fileNameOf(written);
  const name = withoutEnding(file);
  if (name === "") return "empty";
  if (BAD_CHARACTER.test(name)) return "badCharacter";
  if (name.startsWith(".") || name.endsWith(".") || name.endsWith(" ")) return "badEnd";
  if (WINDOWS_DEVICE.test(name)) return "reserved";
  if (new TextEncoder().encode(file).length > MOST_BYTES) return "tooLong";
  if (OWN_NAME.test(file)) return "looksLikeOurs";
  // Some file systems don't tell capital letters from small ones.
  return others.some((other) => other.toLowerCase() === file.toLowerCase()) ? "taken" : null;
}

function withoutEnding(fileName: string): string {
  return fileName.endsWith(TRACE_ENDING) ? fileName.slice(0, -TRACE_ENDING.length) : fileName;
}
