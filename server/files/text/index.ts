// The public API of server/files/text: text that people hand to the program, read in any size and checked to be UTF-8.
export { decodeText, readText, textBlocks, type TextOptions } from "./blocks.ts";
export { CsvReader, fieldsOf, separatorOf } from "./csv.ts";
export { TextFileError, type TextFileFault } from "./errors.ts";
export {
  jsonRecords,
  jsonRecordsOf,
  type JsonRecord,
  type OnBadLine,
  type RefuseLine,
} from "./jsonRecords.ts";
