// The door of server/pools: files of earlier answers.
export * from "./answers.ts";
export * from "./errors.ts";
