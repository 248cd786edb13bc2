// Which folder may import which, and through which door: the one table of boundaries, checked by `npm run boundaries`
// and printed into ARCHITECTURE.md by scripts/boundaryTable.mjs.

/**
 * @typedef {object} Folder
 * @property {string[]} mayImport Folders of this table. A folder inside another one has its own entry.
 * @property {string[]} [mayImportTypes] Folders of which only types may be imported.
 * @property {string[]} [doors] Files through which others enter; any file when left out.
 * @property {boolean} [pure] Nothing of Node and no vscode.
 * @property {string[]} [packages] The only packages that it may import; any when left out.
 */
const door = ["index.ts"];
const core = ["base", "laser", "settings", "trace", "inspect", "prompts", "grammar"].map(
  (name) => `core/${name}`,
);
/** No page of the webview knows another. */
const pageMayImport = [...core, "extension/shared", "webview/page", "webview/run"];

/** Features that ask the server and follow runs. */
const besideRuns = [
  ...core,
  "server/protocol",
  "extension/shared",
  "extension/host",
  "extension/settings",
  "extension/run",
];

/** What the commands of the extension bring together. */
const features = [
  "extension/shared",
  "extension/host",
  "extension/traces",
  "extension/settings",
  "extension/answer",
  "extension/run",
  "extension/tokens",
  "extension/pools",
  "extension/batch",
];

/** @type {Record<string, Folder>} */
export const folders = {
  "core/base": { mayImport: [], doors: door, pure: true, packages: ["typebox"] },
  "core/laser": { mayImport: ["core/base"], doors: door, pure: true, packages: [] },
  "core/settings": {
    mayImport: ["core/base", "core/laser"],
    doors: door,
    pure: true,
    packages: ["typebox"],
  },
  "core/trace": {
    mayImport: ["core/base", "core/laser", "core/settings"],
    doors: door,
    pure: true,
    packages: ["typebox"],
  },
  "core/inspect": {
    mayImport: ["core/base", "core/laser", "core/trace"],
    doors: door,
    pure: true,
    packages: ["diff"],
  },
  "core/prompts": {
    mayImport: ["core/base", "core/settings"],
    doors: door,
    pure: true,
    packages: ["yaml"],
  },
  "core/grammar": { mayImport: ["core/base", "core/laser"], doors: door, pure: true, packages: [] },

  "server/files": { mayImport: ["core/base"] },
  "server/files/traces": { mayImport: ["core/base", "core/trace", "server/files"], doors: door },
  "server/files/wheels": { mayImport: ["core/base", "server/files"], doors: door },
  "server/files/translations": { mayImport: ["core/base"], doors: door },
  "server/files/prompts": { mayImport: ["core/base", "core/prompts", "server/files"], doors: door },
  "server/engine": {
    mayImport: ["core/base", "core/laser", "core/settings", "server/files", "server/files/wheels"],
    doors: ["index.ts", "errors.ts", "models/index.ts", "devices/report.ts"],
  },
  "server/pools": {
    mayImport: ["core/base", "core/laser", "server/files"],
    doors: door,
  },
  "server/data": {
    mayImport: ["core/base", "core/prompts", "server/files", "server/files/wheels"],
    doors: door,
  },
  "server/protocol": {
    mayImport: ["core/base", "core/laser", "core/settings", "core/trace"],
    mayImportTypes: ["server/engine"],
    pure: true,
    packages: ["typebox"],
  },
  "server/worker": {
    mayImport: [
      ...core,
      "server/files",
      "server/engine",
      "server/pools",
      "server/protocol",
      "server/files/translations",
    ],
    doors: door,
  },
  "server/lsp": {
    mayImport: [
      ...core,
      "server/files/prompts",
      "server/files/traces",
      "server/files/translations",
      "server/protocol",
    ],
    doors: [],
  },
  "server/bench/reference": { mayImport: ["core/base", "core/laser"], doors: door, pure: true, packages: [] },
  "server/bench": {
    mayImport: [
      ...core,
      "server/files",
      "server/engine",
      "server/pools",
      "server/protocol",
      "server/bench/reference",
    ],
    doors: door,
  },
  "server/evaluate": {
    mayImport: ["core/base", "server/files", "server/files/wheels"],
    doors: door,
  },
  "server/batch": {
    mayImport: [
      ...core,
      "server/files",
      "server/engine",
      "server/pools",
      "server/data",
      "server/protocol",
      "server/worker",
      "server/bench",
    ],
    doors: door,
  },
  "server/cli": {
    mayImport: [
      ...core,
      "server/files",
      "server/files/prompts",
      "server/files/traces",
      "server/engine",
      "server/pools",
      "server/data",
      "server/protocol",
      "server/worker",
      "server/bench",
      "server/evaluate",
      "server/batch",
    ],
  },

  "extension/shared": { mayImport: [...core, "server/protocol"], pure: true, packages: ["typebox"] },
  "extension/host": { mayImport: [...core, "extension/shared"] },
  "extension/traces": {
    mayImport: [...core, "server/files/traces", "extension/shared", "extension/host"],
  },
  "extension/settings": {
    mayImport: [...core, "server/protocol", "extension/shared", "extension/host", "extension/traces"],
  },
  "extension/answer": {
    mayImport: [
      ...core,
      "server/protocol",
      "extension/shared",
      "extension/host",
      "extension/traces",
      "extension/settings",
    ],
  },
  "extension/run": {
    mayImport: [
      ...core,
      "server/files/traces",
      "server/protocol",
      "extension/shared",
      "extension/host",
      "extension/settings",
    ],
  },
  "extension/tokens": { mayImport: besideRuns },
  "extension/pools": {
    mayImport: [...core, "server/files/prompts", "extension/shared", "extension/host", "extension/settings"],
  },
  "extension/models": { mayImport: besideRuns },
  "extension/batch": { mayImport: [...core, "extension/shared", "extension/host"] },
  "extension/doors": {
    mayImport: [...core, "server/files", "extension/shared", "extension/host", "extension/settings"],
  },
  "extension/chat": { mayImport: besideRuns },
  "extension/commands": {
    mayImport: [
      ...core,
      "server/files/prompts",
      "server/files/text",
      "server/files/traces",
      "server/protocol",
      ...features,
    ],
  },
  extension: {
    mayImport: [...features, "extension/chat", "extension/models", "extension/commands", "extension/doors"],
    doors: [],
  },

  "webview/page": { mayImport: [...core], pure: true },
  "webview/run": {
    mayImport: [...core, "extension/shared", "webview/page"],
    mayImportTypes: ["server/protocol"],
    pure: true,
  },
  "webview/charts": { mayImport: [...core, "webview/page", "webview/run"], pure: true },
  "webview/timeline": { mayImport: [...core, "webview/page", "webview/run", "webview/charts"], pure: true },
  "webview/panel": { mayImport: pageMayImport, doors: [], pure: true },
  "webview/trace": {
    mayImport: [...pageMayImport, "webview/charts", "webview/timeline"],
    doors: [],
    pure: true,
  },
  "webview/settings": { mayImport: pageMayImport, doors: [], pure: true },
  "webview/table": { mayImport: pageMayImport, doors: [], pure: true },
  "webview/compare": { mayImport: [...pageMayImport, "webview/charts"], doors: [], pure: true },
  "webview/model": {
    mayImport: [...pageMayImport, "webview/charts"],
    mayImportTypes: ["server/protocol"],
    doors: [],
    pure: true,
  },

  scripts: {
    mayImport: [
      ...core,
      "server/files",
      "server/protocol",
      "server/worker",
      "server/cli",
      "server/bench/reference",
    ],
    doors: [],
  },
};

/** A pattern for the files of a folder, without those of folders of the table inside it. */
const filesOf = (/** @type {string} */ name) => {
  const inner = Object.keys(folders).filter((other) => other.startsWith(`${name}/`));
  return `^${name}/${inner.map((other) => `(?!${other.slice(name.length + 1)}/)`).join("")}`;
};
const PRODUCT = "^(core|server|extension|webview|scripts|test)/";
/** @param {string[]} names */
const packagePaths = (names) => names.map((name) => `^node_modules/${name}/`);
/** The yardstick is assembled from parts of the core that the core does not export otherwise. */
const ENTERS_ANYWHERE = { "core/laser": [filesOf("server/bench/reference")] };

/** What each part of the decoding core must not know of the others. */
const PARTS_OF_THE_CORE = Object.entries({
  pool: "drafting|planning|verification",
  drafting: "planning|verification|rules",
  verification: "drafting|planning|pool",
});

const rules = Object.entries(folders).flatMap(
  ([name, { mayImport, mayImportTypes = [], doors, pure, packages }]) => {
    const own = filesOf(name);
    const known = [...mayImport, ...mayImportTypes];
    return [
      {
        name: `${name}: may import ${known.join(", ") || "no folder"}`,
        severity: "error",
        from: { path: own },
        to: { path: PRODUCT, pathNot: [own, ...known.map(filesOf)] },
      },
      ...(mayImportTypes.length === 0
        ? []
        : [
            {
              name: `${name}: only types of ${mayImportTypes.join(", ")}`,
              severity: "error",
              from: { path: own },
              to: { path: mayImportTypes.map(filesOf), dependencyTypesNot: ["type-only"] },
            },
          ]),
      ...(doors === undefined
        ? []
        : [
            {
              name: `${name}: entered through ${doors.join(", ") || "nothing"} only`,
              severity: "error",
              from: { pathNot: [own, ...(ENTERS_ANYWHERE[/** @type {"core/laser"} */ (name)] ?? [])] },
              to: { path: own, pathNot: doors.map((file) => `^${name}/${file.replace(".", "\\.")}$`) },
            },
          ]),
      ...(pure === true
        ? [
            {
              name: `${name}: pure, nothing of Node`,
              severity: "error",
              from: { path: own },
              to: { dependencyTypes: ["core"] },
            },
          ]
        : []),
      ...(packages === undefined
        ? []
        : [
            {
              name: `${name}: packages: ${packages.join(", ") || "none"}`,
              severity: "error",
              from: { path: own },
              to: { path: "^node_modules/", pathNot: packagePaths(packages) },
            },
          ]),
    ];
  },
);

export default {
  forbidden: [
    ...rules,
    { name: "no cycle", severity: "error", from: {}, to: { circular: true } },
    ...PARTS_OF_THE_CORE.map(([part, others]) => ({
      name: `core/laser/${part}: doesn't know ${others}`,
      severity: "error",
      from: { path: `^core/laser/${part}/` },
      to: { path: `^core/laser/(${others})` },
    })),
    {
      name: "a file of a folder that the table does not name",
      severity: "error",
      from: { path: "^(core|server|extension|webview)/", pathNot: Object.keys(folders).map(filesOf) },
      to: {},
    },
    {
      name: "only the extension knows vscode",
      severity: "error",
      from: { pathNot: "^extension/(?!shared/)" },
      to: { path: "^(vscode|node_modules/(@types/)?vscode/.*)$" },
    },
    {
      name: "only the engine knows node-llama-cpp",
      severity: "error",
      from: { pathNot: "^server/engine/" },
      to: { path: "^(node_modules/)?@?node-llama-cpp(/|$)" },
    },
    {
      name: "an import that names nothing",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^vscode$" },
    },
    {
      name: "no file that nothing uses",
      severity: "error",
      // Scripts are started by name; declarations of globals are not imported.
      from: { orphan: true, pathNot: ["^scripts/", "\\.d\\.ts$"] },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    detectJSDocImports: true,
    doNotFollow: { path: "node_modules" },
    // AssemblyScript: compiled separately, not imported.
    // And the environment that the tests with Ray need, whose packages bring JavaScript.
    exclude: { path: "^server/(engine/rows/assembly|cluster/\\.venv)/" },
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
