// Faults of text files that people hand to the program: not UTF-8, packed in another way, or too long.
import { FaultError, type FaultTable } from "../../../core/base/index.ts";

export type TextFileFault =
  | {
      readonly tag: "textNotUtf8";
      readonly path: string;
      /** The first line that is not, counted from 1. */
      readonly line: number;
      /** The first byte that is not, as it is written in programs: "0xe9". */
      readonly byte: string;
    }
  | { readonly tag: "textUtf16"; readonly path: string }
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
    message: ({ path, line, byte }) => `Line ${line} of ${path} is not UTF-8 text (byte ${byte}).`,
    nextStep:
      "Save the file as UTF-8. If it is in Latin-1, iconv -f ISO-8859-1 -t UTF-8 FILE converts it; Windows-1252 is CP1252.",
  },
  textUtf16: {
    blame: "input",
    message: ({ path }) => `${path} is UTF-16 text from line 1 on; UTF-8 is read.`,
    nextStep:
      "Save the file as UTF-8: iconv -f UTF-16 -t UTF-8 FILE converts it, as does Out-File -Encoding utf8 in PowerShell.",
  },
  textPacked: {
    blame: "input",
    message: ({ path, format }) => `${path} is packed as ${format}, which is not unpacked here.`,
    nextStep: "Unpack it first, or pack it with gzip.",
  },
  textForeign: {
    blame: "input",
    message: ({ path, what }) => `${path} is ${what}, not text.`,
    nextStep:
      'Give a text file; data as JSON lines, which pandas writes by table.to_json("data.jsonl", orient="records", lines=True).',
  },
  textNotUnpacked: {
    blame: "input",
    message: ({ path, reason }) => `${path} begins as a gzip file, but can't be unpacked: ${reason}.`,
    nextStep: "Copy or download the file again; gzip -t FILE tests it.",
  },
  textTooLong: {
    blame: "input",
    message: ({ path, mostBytes }) => `${path} holds more than ${sizeOf(mostBytes)} of text, unpacked.`,
    nextStep: "Split the file.",
  },
  textLineTooLong: {
    blame: "input",
    message: ({ path, line, mostBytes }) => `Line ${line} of ${path} is longer than ${sizeOf(mostBytes)}.`,
    nextStep: "Break the line, or check that the file is text.",
  },
};

const MIB = 2 ** 20;

const sizeOf = (bytes: number): string => (bytes < MIB ? `${bytes} bytes` : `${Math.floor(bytes / MIB)} MiB`);

export class TextFileError extends FaultError<TextFileFault> {
  protected override get table() {
    return TEXT_FILE_FAULTS;
  }
}
