// What can go wrong with data sets and with the files that they are made from, as data.
import { FaultError, several, type FaultTable } from "../../core/base/index.ts";

export type DataFault =
  /** No format fits the file or folder. */
  | { readonly tag: "dataFormatUnknown"; readonly path: string; readonly reason: string }
  /** The format was named, but a file that belongs to it is missing. */
  | { readonly tag: "dataFileMissing"; readonly path: string; readonly format: string; readonly file: string }
  /** The first line does not name the columns that are needed. */
  | { readonly tag: "dataHeaderInvalid"; readonly path: string; readonly reason: string }
  /** `known`: the columns that the file has. */
  | {
      readonly tag: "dataColumnMissing";
      readonly path: string;
      readonly column: string;
      readonly known: readonly string[];
    }
  /** Rows of a batch run need a column "id". `known`: the columns that the file has. */
  | { readonly tag: "dataIdMissing"; readonly path: string; readonly known: readonly string[] }
  /** A table without a single record; `reason` says what was looked for. */
  | { readonly tag: "dataNoRecords"; readonly path: string; readonly reason: string }
  | { readonly tag: "dataMapInvalid"; readonly map: string; readonly reason: string }
  | { readonly tag: "dataOptionUnused"; readonly option: string; readonly format: string }
  | { readonly tag: "parquetUnreadable"; readonly path: string; readonly reason: string }
  /** Nothing remains to keep. `read` counts interactions that could be read. */
  | { readonly tag: "dataSetEmpty"; readonly path: string; readonly read: number; readonly badRows: number }
  | { readonly tag: "dataTooMany"; readonly what: string; readonly most: number }
  | { readonly tag: "dataOutTaken"; readonly path: string }
  | { readonly tag: "dataSetUnknown"; readonly path: string; readonly reason: string }
  | {
      readonly tag: "dataSetVersion";
      readonly path: string;
      readonly version: number;
      readonly known: number;
    }
  | { readonly tag: "dataSetDamaged"; readonly path: string; readonly reason: string }
  /** The database's own words about a failed write. */
  | { readonly tag: "dataSetNotWritten"; readonly path: string; readonly reason: string };

const IMPORT = "Files about users and items are imported first: laser data import SOURCE --out FILE.";
const IMPORT_AGAIN = "Import it again: laser data import SOURCE --out FILE.";

const DATA_FAULTS: FaultTable<DataFault> = {
  dataFormatUnknown: {
    blame: "input",
    message: ({ path, reason }) => `The format of ${path} is not recognized: ${reason}.`,
    nextStep: "Name it with --format; laser data import --help lists the formats.",
  },
  dataFileMissing: {
    blame: "input",
    message: ({ path, format, file }) =>
      `${path} is not a data set in the format ${format}: ${file} is missing.`,
    nextStep: "Check the path, or name another format with --format.",
  },
  dataHeaderInvalid: {
    blame: "input",
    message: ({ path, reason }) => `The first line of ${path} can't be used: ${reason}.`,
    nextStep: "Check that this is the file you mean, and that its first line names its columns.",
  },
  dataColumnMissing: {
    blame: "input",
    message: ({ path, column, known }) =>
      `${path} has no column "${column}"${known.length === 0 ? "" : `; it has ${listed(known)}`}.`,
    nextStep: "Name a column that exists: --map user=COLUMN,item=COLUMN,rating=COLUMN,time=COLUMN.",
  },
  dataIdMissing: {
    blame: "input",
    message: ({ path, known }) =>
      `${path} has no column "id", which names each row; it has ${listed(known)}.`,
    nextStep: `Rename the column that names each row to "id". ${IMPORT}`,
  },
  dataNoRecords: {
    blame: "input",
    message: ({ path, reason }) => `${path} has no rows: ${reason}.`,
    nextStep: "Check that this is the file you mean, and that its name ends as its format does.",
  },
  dataMapInvalid: {
    blame: "input",
    message: ({ map, reason }) => `The mapping "${map}" can't be used: ${reason}.`,
    nextStep: "Write it as in --map user=uid,item=asin,rating=stars,time=ts,title=name.",
  },
  dataOptionUnused: {
    blame: "input",
    message: ({ option, format }) => `${option} has no meaning for the format ${format}.`,
    nextStep: "Leave it out, or name another format with --format.",
  },
  parquetUnreadable: {
    blame: "input",
    message: ({ path, reason }) => `${path} can't be read as Parquet: ${reason}.`,
    nextStep: "Check the file, or convert it to CSV or JSON lines.",
  },
  dataSetEmpty: {
    blame: "input",
    message: ({ path, read, badRows }) =>
      `No interaction of ${path} is left: ${several(read, "row")} could be read, ${several(badRows, "row")} could not.`,
    nextStep: "Check the format and the mapping, or lower --min-rating and --k-core.",
  },
  dataTooMany: {
    blame: "input",
    message: ({ what, most }) => `There are more than ${most} ${what}.`,
    nextStep: "Import a part of the data.",
  },
  dataOutTaken: {
    blame: "input",
    message: ({ path }) => `${path} exists and is not a data set, so it is not replaced.`,
    nextStep: "Give another path with --out.",
  },
  dataSetUnknown: {
    blame: "input",
    message: ({ path, reason }) => `${path} is not a data set: ${reason}.`,
    nextStep:
      "laser data import SOURCE --out FILE makes one; .jsonl, .csv, .tsv and .parquet files are read as they are.",
  },
  dataSetVersion: {
    blame: "input",
    message: ({ path, version, known }) =>
      `${path} is a data set of version ${version}; this program reads ${known}.`,
    nextStep: IMPORT_AGAIN,
  },
  dataSetDamaged: {
    blame: "input",
    message: ({ path, reason }) => `The data set ${path} is damaged: ${reason}.`,
    nextStep: IMPORT_AGAIN,
  },
  dataSetNotWritten: {
    blame: "environment",
    message: ({ path, reason }) =>
      `The data set ${path} could not be written: ${reason}. Nothing was left there.`,
    nextStep: "Check the free space and the permissions of its folder, and import again.",
  },
};

/** Thrown by everything in server/data, beside the errors of files and of text files. */
export class DataError extends FaultError<DataFault> {
  protected override get table() {
    return DATA_FAULTS;
  }
}

const MAX_LISTED = 30;

function listed(names: readonly string[]): string {
  const rest = names.length - MAX_LISTED;
  return names.slice(0, MAX_LISTED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
