// Names of trace files: the two forms, their endings, and the names of recorded runs. Pure.

/** plain: the JSON document as it is. compact: the same document, gzip-compressed. */
export type TraceForm = "plain" | "compact";

const PLAIN = ".lasertrace";

/** File name endings of traces. */
export const TRACE_ENDINGS = { plain: PLAIN, compact: `${PLAIN}.gz` } as const satisfies Record<
  TraceForm,
  string
>;

/** Size limit of a trace: V8 can't hold a longer text as one string (2²⁹ − 24 characters). */
export const MAX_TRACE_BYTES = 2 ** 29 - 24;

/** Names of recorded runs, without the ending: files with other names are never removed to make room. */
const RUN_NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-(.+)$/;

/** The form that a file of this name is written in; null if it is not the name of a trace. */
export function formOfName(fileName: string): TraceForm | null {
  if (fileName.endsWith(TRACE_ENDINGS.compact)) return "compact";
  return fileName.endsWith(TRACE_ENDINGS.plain) ? "plain" : null;
}

/** The form in which a file is written: compact if its name ends like a gzip file's. */
export function formToWrite(fileName: string): TraceForm {
  return fileName.endsWith(".gz") ? "compact" : "plain";
}

/** The actual form of a file, detected by the two magic bytes of gzip (RFC 1952). */
export function formOfBytes(bytes: Uint8Array): TraceForm {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? "compact" : "plain";
}

/** E.g. "film" for "film.lasertrace.gz"; other names are unchanged. */
export function withoutTraceEnding(fileName: string): string {
  const form = formOfName(fileName);
  return form === null ? fileName : fileName.slice(0, -TRACE_ENDINGS[form].length);
}

/** Name of the file of a run. `createdAt` is ISO 8601, so that names sort by time. */
export function runFileName(createdAt: string, what: string, form: TraceForm): string {
  return `${createdAt.replace(/[:.]/g, "-")}-${what}${TRACE_ENDINGS[form]}`;
}

/** The part of a `runFileName` after the time; null for names that users chose. */
export function runOfFileName(fileName: string): string | null {
  if (formOfName(fileName) === null) return null;
  return RUN_NAME.exec(withoutTraceEnding(fileName))?.[6] ?? null;
}

/** When a run began, in ms since 1970, from its `runFileName`; null for names that users chose. */
export function timeOfFileName(fileName: string): number | null {
  const [, day, hour, minute, second, milliseconds] = RUN_NAME.exec(withoutTraceEnding(fileName)) ?? [];
  if (day === undefined) return null;
  const time = Date.parse(`${day}T${hour}:${minute}:${second}.${milliseconds}Z`);
  return Number.isNaN(time) ? null : time;
}
