// The lines of a file of recorded answers, one JSON object each; the file may be packed by gzip.
import { FaultError } from "../../../core/base/index.ts";
import { errorCode, unreadableReason } from "../../files/index.ts";
import { jsonRecords, type JsonRecord, type RefuseLine } from "../../files/text/index.ts";
import { BenchError } from "../errors.ts";

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

/** The lines of a file, plain or packed by gzip. @throws BenchError; TextFileError */
export async function readLines(path: string): Promise<readonly Line[]> {
  const lines: Line[] = [];
  try {
    for await (const records of jsonRecords(path, refusing(path)))
      for (const record of records) lines.push(lineOf(record, path));
  } catch (error) {
    const code = errorCode(error);
    if (error instanceof FaultError || code === undefined) throw error;
    const reason = unreadableReason(error);
    if (code === "ENOENT") throw new BenchError({ tag: "recordingsMissing", path }, { cause: error });
    throw new BenchError({ tag: "recordingsUnreadable", path, reason }, { cause: error });
  }
  if (lines.length === 0) throw new BenchError({ tag: "recordingsEmpty", path });
  return lines;
}

function refusing(path: string): RefuseLine {
  return (line, reason, cause) => {
    throw new BenchError({ tag: "recordingInvalid", path, line, field: null, reason }, { cause });
  };
}

function lineOf({ value, line }: JsonRecord, path: string): Line {
  const place = new Place(path, line);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return place.refuse(null, "it is not a JSON object");
  return { fields: value as Record<string, unknown>, place };
}
