// Faults of data sets.
import { FaultError, type FaultTable } from "../../core/base/index.ts";
import { errorCode, isAbort } from "../files/index.ts";

export type DataFault =
  | { readonly tag: "dataMissing"; readonly path: string }
  | { readonly tag: "dataUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "dataLineInvalid"; readonly path: string; readonly line: number; readonly reason: string }
  | { readonly tag: "dataEmpty"; readonly path: string };

export const DATA_FAULTS: FaultTable<DataFault> = {
  dataMissing: {
    blame: "input",
    message: ({ path }) => `There is no data set at ${path}.`,
    nextStep: "Check the path.",
  },
  dataUnreadable: {
    blame: "input",
    message: ({ path, reason }) => `The data set ${path} can't be read: ${reason}.`,
    nextStep: "Check that it is a file and that you may read it.",
  },
  dataLineInvalid: {
    blame: "input",
    message: ({ path, line, reason }) => `Line ${line} of the data set ${path} is not JSON: ${reason}.`,
    nextStep:
      'Fix or remove the line; each holds one JSON object, such as {"id": "item-1", "title": "Emma", "genre": "novel"}.',
  },
  dataEmpty: {
    blame: "input",
    message: ({ path }) => `The data set ${path} has no rows.`,
    nextStep: 'Give a file of JSON objects, one per line, each with an "id".',
  },
};

export class DataError extends FaultError<DataFault> {
  /** Names the file where a system call failed; other errors pass unchanged. */
  static from(error: unknown, path: string): unknown {
    const code = errorCode(error);
    if (error instanceof FaultError || code === undefined || isAbort(error)) return error;
    if (code === "ENOENT") return new DataError({ tag: "dataMissing", path }, { cause: error });
    return new DataError({ tag: "dataUnreadable", path, reason: code }, { cause: error });
  }

  protected override get table() {
    return DATA_FAULTS;
  }
}
