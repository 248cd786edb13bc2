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
  "core/laser": { mayImport: [], doors: ["index.ts"], pure: true, packages: [] },
  "core/trace": {
    mayImport: ["core/laser"],
    doors: ["index.ts"],
    typeDoors: ["errors.ts"],
    pure: true,
    packages: ["typebox"],
  },
  "core/inspect": {
    mayImport: ["core/laser", "core/trace"],
    doors: ["index.ts"],
    pure: true,
    packages: [],
  },
  "core/prompts": {
    mayImport: ["core/laser"],
    doors: ["index.ts"],
    typeDoors: ["errors.ts"],
    pure: true,
    packages: ["yaml", "@huggingface/jinja"],
  },
  "server/files": { mayImport: [], doors: "any", packages: [] },
  "server/files/traces": {
    mayImport: ["core/laser", "core/trace", "server/files"],
    doors: ["index.ts"],
    packages: [],
  },
  "server/engine": {
    mayImport: ["core/laser", "server/files"],
    doors: ["index.ts"],
    typeDoors: ["errors.ts", "models/index.ts"],
    packages: "any",
  },
  "server/pools": {
    mayImport: ["core/laser", "server/files"],
    doors: ["index.ts"],
    typeDoors: ["errors.ts"],
    packages: "any",
  },
  "server/protocol": {
    mayImport: ["core/laser"],
    mayImportTypes: ["server/engine", "server/pools", "core/prompts", "core/trace"],
    doors: "any",
    pure: true,
    packages: ["typebox"],
  },
  "server/worker": {
    mayImport: [
      "core/laser",
      "server/engine",
      "server/pools",
      "core/prompts",
      "core/trace",
      "server/protocol",
      "server/files",
    ],
    doors: ["index.ts"],
    rootFiles: ["package.json"],
    packages: "any",
  },
  "server/bench": {
    mayImport: [
      "core/laser",
      "server/engine",
      "server/pools",
      "core/prompts",
      "core/trace",
      "server/protocol",
      "server/files",
      "server/worker",
    ],
    doors: ["index.ts"],
    packages: "any",
  },
  "server/lsp": {
    mayImport: [
      "core/laser",
      "core/prompts",
      "core/trace",
      "server/protocol",
      "server/files",
      "server/files/traces",
    ],
    doors: [],
    packages: "any",
  },
  "extension/shared": {
    mayImport: ["core/inspect", "core/laser", "core/trace", "server/protocol"],
    doors: "any",
    pure: true,
    packages: [],
  },
  extension: {
    mayImport: [
      "extension/shared",
      "server/files",
      "server/files/traces",
      "core/inspect",
      "core/laser",
      "core/trace",
      "server/protocol",
      "core/prompts",
    ],
    doors: [],
    packages: "any",
  },
  webview: {
    mayImport: ["extension/shared", "core/inspect", "core/laser", "core/trace", "server/protocol"],
    doors: [],
    pure: true,
    packages: "any",
  },
  "server/cli": {
    mayImport: [
      "core/laser",
      "server/engine",
      "server/pools",
      "core/prompts",
      "core/trace",
      "server/protocol",
      "server/files",
      "server/files/traces",
      "server/worker",
      "server/bench",
      "core/inspect",
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
