// Faults of text files that people hand to the program: not UTF-8, packed in another way, or too long.
import { FaultError, type FaultTable, t } from "../../../core/base/index.ts";

export type TextFileFault =
  | {
      readonly tag: "textNotUtf8";
      readonly path: string;
      /** The first line that is not, counted from 1. */
      readonly line: number;
      /** The first byte that is not, as it is written in programs: "0xe9". */
      readonly byte: string;
    }
  | { readonly tag: "textWide"; readonly path: string; readonly encoding: "UTF-16" | "UTF-32" }
  | { readonly tag: "textPacked"; readonly path: string; readonly format: string }
  | { readonly tag: "textForeign"; readonly path: string; readonly what: string }
  | { readonly tag: "textNotUnpacked"; readonly path: string; readonly reason: string }
  | { readonly tag: "textTooLong"; readonly path: string; readonly mostBytes: number }
  | {
      readonly tag: "textLineTooLong";
      readonly path: string;
      readonly line: number;
      readonly mostBytes: number;
    };

const TEXT_FILE_FAULTS: FaultTable<TextFileFault> = {
  textNotUtf8: {
    blame: "input",
    message: ({ path, line, byte }) => t("Line {0} of {1} is not UTF-8 text (byte {2}).", line, path, byte),
    nextStep: t(
      "Save the file as UTF-8. If it is in Latin-1, iconv -f ISO-8859-1 -t UTF-8 FILE converts it; Windows-1252 is CP1252.",
    ),
  },
  textWide: {
    blame: "input",
    message: ({ path, encoding }) => t("{0} is {1} text from line 1 on; UTF-8 is read.", path, encoding),
    nextStep: ({ encoding }) =>
      t(
        "Save the file as UTF-8: iconv -f {0} -t UTF-8 FILE converts it, as does Out-File -Encoding utf8 in PowerShell.",
        encoding,
      ),
  },
  textPacked: {
    blame: "input",
    message: ({ path, format }) => t("{0} is compressed as {1}, which is not supported here.", path, format),
    nextStep: t("Unpack it first, or pack it with gzip."),
  },
  textForeign: {
    blame: "input",
    message: ({ path, what }) => t("{0} is {1}, not text.", path, what),
    nextStep: t(
      'Give a text file; data as JSON lines, which pandas writes by table.to_json("data.jsonl", orient="records", lines=True).',
    ),
  },
  textNotUnpacked: {
    blame: "input",
    message: ({ path, reason }) => t("{0} begins as a gzip file, but can't be unpacked: {1}.", path, reason),
    nextStep: t("Copy or download the file again; gzip -t FILE tests it."),
  },
  textTooLong: {
    blame: "input",
    message: ({ path, mostBytes }) =>
      t("{0} holds more than {1} of text, unpacked.", path, sizeOf(mostBytes)),
    nextStep: t("Split the file."),
  },
  textLineTooLong: {
    blame: "input",
    message: ({ path, line, mostBytes }) =>
      t("Line {0} of {1} is longer than {2}.", line, path, sizeOf(mostBytes)),
    nextStep: t("Break the line, or check that the file is text."),
  },
};

const MIB = 2 ** 20;

const sizeOf = (bytes: number): string =>
  bytes < MIB ? `${bytes} bytes` : t("{0} MiB", Math.floor(bytes / MIB));

export class TextFileError extends FaultError<TextFileFault> {
  protected override get table() {
    return TEXT_FILE_FAULTS;
  }
}
