// What a trace file is called and how it is told: its two forms, their endings, and the names that runs get. Pure; it must
// not know files, nor how they are compressed.

/** plain: the JSON document as it is. compact: the same document, gzip-compressed. */
export type TraceForm = "plain" | "compact";

const PLAIN = ".lasertrace";

/** How the names of trace files end. */
export const TRACE_ENDINGS = { plain: PLAIN, compact: `${PLAIN}.gz` } as const satisfies Record<
  TraceForm,
  string
>;

/** The most bytes of a trace that are read: what is longer, V8 can't hold as one text (2²⁹ − 24 characters). */
export const MOST_TRACE_BYTES = 2 ** 29 - 24;

/** As runs are named, without the ending: files of other names are never removed to make room. */
const RUN_NAME = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-(.+)$/;

/** The form that a file of this name is written in; null for names that are not those of traces. */
export function formOfName(fileName: string): TraceForm | null {
  if (fileName.endsWith(TRACE_ENDINGS.compact)) return "compact";
  return fileName.endsWith(TRACE_ENDINGS.plain) ? "plain" : null;
}

/** The form in which a file is written: compact where its name ends as those of gzip do. */
export function formToWrite(fileName: string): TraceForm {
  return fileName.endsWith(".gz") ? "compact" : "plain";
}

/** The form that a file has, whatever it is called: told by its first two bytes, those of gzip (RFC 1952). */
export function formOfBytes(bytes: Uint8Array): TraceForm {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? "compact" : "plain";
}

/** E.g. "film" of "film.lasertrace.gz"; other names stay. */
export function withoutTraceEnding(fileName: string): string {
  const form = formOfName(fileName);
  return form === null ? fileName : fileName.slice(0, -TRACE_ENDINGS[form].length);
}

/** Name of the file that keeps a run. `createdAt` is ISO 8601, so that names sort by time. */
export function runFileName(createdAt: string, what: string, form: TraceForm): string {
  return `${createdAt.replace(/[:.]/g, "-")}-${what}${TRACE_ENDINGS[form]}`;
}

/** What a name of `runFileName` says behind the time; null for names that users gave. */
export function runOfFileName(fileName: string): string | null {
  if (formOfName(fileName) === null) return null;
  return RUN_NAME.exec(withoutTraceEnding(fileName))?.[6] ?? null;
}

/** When a run began, in ms since 1970, as a name of `runFileName` says; null for names that users gave. */
export function timeOfFileName(fileName: string): number | null {
  const [, day, hour, minute, second, milliseconds] = RUN_NAME.exec(withoutTraceEnding(fileName)) ?? [];
  if (day === undefined) return null;
  const time = Date.parse(`${day}T${hour}:${minute}:${second}.${milliseconds}Z`);
  return Number.isNaN(time) ? null : time;
}
