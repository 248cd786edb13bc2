// Groups of users and items: how they are made, kept in a file, and found for a request.
export * from "./groupsFile.ts";
export * from "./mappings.ts";
export * from "./router.ts";
