// The lines of a file of recorded answers, one JSON object each; the file may be packed by gzip.
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { messageOf } from "../../core/base/index.ts";
import { errorCode } from "../files/index.ts";
import { BenchError } from "./errors.ts";

/** The file and line of a field. */
export class Place {
  constructor(
    private readonly path: string,
    private readonly line: number,
  ) {}

  refuse(field: string | null, reason: string): never {
    throw new BenchError({ tag: "recordingInvalid", path: this.path, line: this.line, field, reason });
  }
}

/** A line's fields, and where it is. */
export interface Line {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly place: Place;
}

/** The text of a file; one whose name ends in .gz is unpacked. @throws BenchError */
export async function readLines(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch (error) {
    const reason = errorCode(error) ?? messageOf(error);
    if (reason === "ENOENT") throw new BenchError({ tag: "recordingsMissing", path }, { cause: error });
    throw new BenchError({ tag: "recordingsUnreadable", path, reason }, { cause: error });
  }
}

/** Empty lines are skipped; `path` only names the file in errors. @throws BenchError */
export function parseLines(text: string, path: string): readonly Line[] {
  const lines: Line[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    const place = new Place(path, index + 1);
    lines.push({ fields: parseObject(line, place), place });
  });
  if (lines.length === 0) throw new BenchError({ tag: "recordingsEmpty", path });
  return lines;
}

function parseObject(line: string, place: Place): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return place.refuse(null, messageOf(error));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return place.refuse(null, "it is not a JSON object");
  return value as Record<string, unknown>;
}
