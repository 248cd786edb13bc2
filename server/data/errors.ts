// What can go wrong with data sets and with the files that they are made from, as data.
import { FaultError, several, type FaultTable, t } from "../../core/base/index.ts";

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
    message: ({ path, reason }) => t("The format of {0} is not recognized: {1}.", path, reason),
    nextStep: "Name it with --format; laser data import --help lists the formats.",
  },
  dataFileMissing: {
    blame: "input",
    message: ({ path, format, file }) =>
      t("{0} is not a data set in the format {1}: {2} is missing.", path, format, file),
    nextStep: "Check the path, or name another format with --format.",
  },
  dataHeaderInvalid: {
    blame: "input",
    message: ({ path, reason }) => t("The first line of {0} can't be used: {1}.", path, reason),
    nextStep: t("Check that this is the file you mean, and that its first line names its columns."),
  },
  dataColumnMissing: {
    blame: "input",
    message: ({ path, column, known }) =>
      t(
        '{0} has no column "{1}"{2}.',
        path,
        column,
        known.length === 0 ? "" : t("; it has {0}", listed(known)),
      ),
    nextStep: "Name a column that exists: --map user=COLUMN,item=COLUMN,rating=COLUMN,time=COLUMN.",
  },
  dataIdMissing: {
    blame: "input",
    message: ({ path, known }) =>
      t('{0} has no column "id", which names each row; it has {1}.', path, listed(known)),
    nextStep: t('Rename the column that names each row to "id". {0}', IMPORT),
  },
  dataNoRecords: {
    blame: "input",
    message: ({ path, reason }) => t("{0} has no rows: {1}.", path, reason),
    nextStep: t("Check that this is the file you mean, and that its name ends as its format does."),
  },
  dataMapInvalid: {
    blame: "input",
    message: ({ map, reason }) => t('The mapping "{0}" can\'t be used: {1}.', map, reason),
    nextStep: "Write it as in --map user=uid,item=asin,rating=stars,time=ts,title=name.",
  },
  dataOptionUnused: {
    blame: "input",
    message: ({ option, format }) => t("{0} has no meaning for the format {1}.", option, format),
    nextStep: "Leave it out, or name another format with --format.",
  },
  parquetUnreadable: {
    blame: "input",
    message: ({ path, reason }) => t("{0} can't be read as Parquet: {1}.", path, reason),
    nextStep: t("Check the file, or convert it to CSV or JSON lines."),
  },
  dataSetEmpty: {
    blame: "input",
    message: ({ path, read, badRows }) =>
      t(
        "No interaction of {0} is left: {1} could be read, {2} could not.",
        path,
        several(read, "row"),
        several(badRows, "row"),
      ),
    nextStep: "Check the format and the mapping, or lower --min-rating and --k-core.",
  },
  dataTooMany: {
    blame: "input",
    message: ({ what, most }) => t("There are more than {0} {1}.", most, what),
    nextStep: t("Import a part of the data."),
  },
  dataOutTaken: {
    blame: "input",
    message: ({ path }) => t("{0} exists and is not a data set, so it is not replaced.", path),
    nextStep: "Give another path with --out.",
  },
  dataSetUnknown: {
    blame: "input",
    message: ({ path, reason }) => t("{0} is not a data set: {1}.", path, reason),
    nextStep:
      "laser data import SOURCE --out FILE makes one; .jsonl, .csv, .tsv and .parquet files are read as they are.",
  },
  dataSetVersion: {
    blame: "input",
    message: ({ path, version, known }) =>
      t("{0} is a data set of version {1}; this program reads {2}.", path, version, known),
    nextStep: IMPORT_AGAIN,
  },
  dataSetDamaged: {
    blame: "input",
    message: ({ path, reason }) => t("The data set {0} is damaged: {1}.", path, reason),
    nextStep: IMPORT_AGAIN,
  },
  dataSetNotWritten: {
    blame: "environment",
    message: ({ path, reason }) =>
      t("The data set {0} could not be written: {1}. Nothing was left there.", path, reason),
    nextStep: t("Check the free space and the permissions of its folder, and import again."),
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
  return names.slice(0, MAX_LISTED).join(", ") + (rest > 0 ? t(" and {0} more", rest) : "");
}
