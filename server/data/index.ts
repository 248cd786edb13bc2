// The public API of server/data: data sets, and the rows that batch runs read.
export * from "./rows.ts";
