// Groups of users and items: how they are made, kept in a file, and found for a request.
export * from "./clusters.ts";
export * from "./groupsFile.ts";
export * from "./interactions.ts";
export * from "./makeGroups.ts";
export * from "./mappings.ts";
export { zeros, type Matrix } from "./matrix.ts";
export { readNpyVectors } from "./npyFile.ts";
export * from "./router.ts";
