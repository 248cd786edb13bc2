// @ts-check
// Which folder may import which, as data: the one table for the lint zones (eslint.config.js) and for
// test/unit/boundaries.test.ts, which reads every import. ARCHITECTURE.md gives the reasons.

/**
 * @typedef {object} FolderRule
 * @property {readonly string[]} mayImport Folders that this one may import, through their doors.
 * @property {readonly string[]} [mayImportTypes] Folders of which it may import only types: their doors and type doors.
 * @property {readonly string[] | "any"} doors The files that other folders may import.
 * @property {readonly string[]} [typeDoors] Further files, for folders that may import only types.
 * @property {readonly string[]} [rootFiles] Files beside the folders, such as package.json, that it may import.
 * @property {boolean} [pure] No files, clocks or processes: nothing of Node.
 * @property {readonly string[] | "any"} packages Packages it may import.
 */

/** @type {Readonly<Record<string, FolderRule>>} */
export const boundaries = {
  "server/laser": { mayImport: [], doors: ["index.ts"], pure: true, packages: [] },
  "server/trace": {
    mayImport: ["server/laser"],
    doors: ["index.ts"],
    typeDoors: ["errors.ts"],
    pure: true,
    packages: ["typebox"],
  },
  "server/inspect": {
    mayImport: ["server/laser", "server/trace"],
    doors: ["index.ts"],
    pure: true,
    packages: [],
  },
  "server/prompts": {
    mayImport: ["server/laser"],
    doors: ["index.ts"],
    typeDoors: ["errors.ts"],
    pure: true,
    packages: ["yaml", "@huggingface/jinja"],
  },
  "server/files": { mayImport: [], doors: "any", packages: [] },
  "server/traceFiles": {
    mayImport: ["server/laser", "server/trace", "server/files"],
    doors: ["index.ts"],
    packages: [],
  },
  "server/engine": {
    mayImport: ["server/laser", "server/files"],
    doors: ["index.ts"],
    typeDoors: ["errors.ts", "models/index.ts"],
    packages: "any",
  },
  "server/pools": {
    mayImport: ["server/laser", "server/files"],
    doors: ["index.ts"],
    typeDoors: ["errors.ts"],
    packages: "any",
  },
  "server/protocol": {
    mayImport: ["server/laser"],
    mayImportTypes: ["server/engine", "server/pools", "server/prompts", "server/trace"],
    doors: "any",
    pure: true,
    packages: ["typebox"],
  },
  "server/worker": {
    mayImport: [
      "server/laser",
      "server/engine",
      "server/pools",
      "server/prompts",
      "server/trace",
      "server/protocol",
      "server/files",
    ],
    doors: ["index.ts"],
    rootFiles: ["package.json"],
    packages: "any",
  },
  "server/bench": {
    mayImport: [
      "server/laser",
      "server/engine",
      "server/pools",
      "server/prompts",
      "server/trace",
      "server/protocol",
      "server/files",
      "server/worker",
    ],
    doors: ["index.ts"],
    packages: "any",
  },
  "server/lsp": {
    mayImport: [
      "server/laser",
      "server/prompts",
      "server/trace",
      "server/protocol",
      "server/files",
      "server/traceFiles",
    ],
    doors: [],
    packages: "any",
  },
  "extension/protocol": {
    mayImport: ["server/inspect", "server/laser", "server/trace", "server/protocol"],
    doors: "any",
    pure: true,
    packages: [],
  },
  extension: {
    mayImport: [
      "extension/protocol",
      "server/files",
      "server/traceFiles",
      "server/inspect",
      "server/laser",
      "server/trace",
      "server/protocol",
      "server/prompts",
    ],
    doors: [],
    packages: "any",
  },
  webview: {
    mayImport: ["extension/protocol", "server/inspect", "server/laser", "server/trace", "server/protocol"],
    doors: [],
    pure: true,
    packages: "any",
  },
  "server/cli": {
    mayImport: [
      "server/laser",
      "server/engine",
      "server/pools",
      "server/prompts",
      "server/trace",
      "server/protocol",
      "server/files",
      "server/traceFiles",
      "server/worker",
      "server/bench",
      "server/inspect",
    ],
    doors: [],
    rootFiles: ["package.json"],
    packages: "any",
  },
};

/** Packages that only some folders may import. A folder named here includes the folders in it. */
export const reservedPackages = [
  { names: ["vscode"], folders: ["extension"] },
  { names: ["node-llama-cpp", "@node-llama-cpp"], folders: ["server/engine"] },
];
