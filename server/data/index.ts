// The public API of server/data: data sets, and the rows that batch runs read.
export * from "./rows.ts";
export { type DataFault } from "./errors.ts";
export { ROLES } from "./formats/columnMap.ts";
export { FORMATS, openSource, type Format, type SourceOptions } from "./formats/detect.ts";
export { keepFirst } from "./import/badRows.ts";
export { importDataSet } from "./import/importDataSet.ts";
export type { ImportOptions } from "./import/options.ts";
export type { Source } from "./import/records.ts";
export { movieLens100k, movieLensPath, MOVIELENS_100K } from "./movieLens100k.ts";
export { PARTS, type Split } from "./import/split.ts";
export { DEFAULT_HISTORY_ITEMS, openRowSource, type RowSourceOptions } from "./sources/openRowSource.ts";
export { readInteractions } from "./sources/interactions.ts";
export { dataSetNames, parquetNames } from "./sources/namesSubject.ts";
export { describedItems, interactionsOf } from "./sources/studyRows.ts";
export { DataSet, requireReplaceable } from "./store/dataSet.ts";
export type { About } from "./store/format.ts";
