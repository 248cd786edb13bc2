// The public API of server/data: data sets, and the rows that batch runs read.
export { DATA_FAULTS, DataError, type DataFault } from "./errors.ts";
export { openJsonRows } from "./jsonRows.ts";
export * from "./rows.ts";
