// Bundles the programs of this project into dist/. One list of targets; nothing else decides what is built.
// node-llama-cpp and koffi stay outside (they load native packages); everything else is inside the bundle.
import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { licenceTexts, packageFolders, unnamed } from "./scripts/licences.mjs";

/** Packages in CommonJS inside an ES module bundle still call require() for Node's own modules. */
const requireBanner =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';
/** One that loads a file beside itself asks for its folder, too. */
const folderBanner = "const __dirname = import.meta.dirname;";

const targets = [
  {
    entryPoints: { laser: "server/cli/main.ts" },
    format: "esm",
    outExtension: { ".js": ".mjs" },
    banner: { js: `#!/usr/bin/env node\n${requireBanner}${folderBanner}` },
  },
  {
    entryPoints: { worker: "server/worker/process/main.ts" },
    format: "esm",
    outExtension: { ".js": ".mjs" },
    banner: { js: requireBanner },
  },
  {
    entryPoints: { trial: "server/engine/trial/trialMain.ts" },
    format: "esm",
    outExtension: { ".js": ".mjs" },
    banner: { js: requireBanner },
  },
  {
    // No native code in here: the engine lives in the worker.
    entryPoints: { server: "server/lsp/main.ts" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    forbidden: /node-llama-cpp|koffi/,
  },
  {
    entryPoints: {
      panel: "webview/panel/main.ts",
      settings: "webview/settings/main.ts",
      trace: "webview/trace/main.ts",
      compare: "webview/compare/main.ts",
      table: "webview/table/main.ts",
      model: "webview/model/main.ts",
    },
    platform: "browser",
    format: "esm",
    target: "es2022",
    outdir: "dist/webview",
    minify: true,
  },
  {
    entryPoints: {
      panel: "webview/panel/panel.css",
      settings: "webview/settings/settings.css",
      trace: "webview/trace/trace.css",
      compare: "webview/compare/compare.css",
      table: "webview/table/table.css",
      model: "webview/model/model.css",
    },
    platform: "browser",
    target: "chrome120",
    outdir: "dist/webview",
  },
  {
    entryPoints: { extension: "extension/main.ts" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    external: ["vscode"],
  },
];

/** Files whose text is in a bundle. */
const bundled = [];
for (const { forbidden, ...target } of targets) {
  const { metafile } = await build({
    bundle: true,
    platform: "node",
    target: "node20",
    outdir: "dist",
    sourcemap: "linked",
    external: ["node-llama-cpp", "koffi"],
    logLevel: "warning",
    metafile: true,
    ...target,
  });
  bundled.push(...Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  // What is kept outside the bundle is not an input of it, but still an import.
  const used = Object.entries(metafile.inputs).flatMap(([file, { imports }]) => [
    file,
    ...imports.map((imported) => imported.path),
  ]);
  const offending = used.filter((name) => forbidden?.test(name));
  if (offending.length > 0) {
    throw new Error(`${Object.keys(target.entryPoints).join(", ")} must not hold ${offending.join(", ")}`);
  }
}
const folders = packageFolders(bundled);
const missing = unnamed(readFileSync("THIRD_PARTY_NOTICES.md", "utf8"), folders);
if (missing.length > 0) throw new Error(`THIRD_PARTY_NOTICES.md must name ${missing.join(", ")}`);
writeFileSync("dist/licences.txt", licenceTexts(".", folders));
chmodSync("dist/laser.mjs", 0o755);
for (const name of ["requantize.py", "requantize.txt"])
  cpSync(`server/engine/models/${name}`, `dist/${name}`);
cpSync("server/evaluate/click_model", "dist/click_model", {
  recursive: true,
  filter: (path) => !path.includes("__pycache__"),
});
cpSync("node_modules/node-sqlite3-wasm/dist/node-sqlite3-wasm.wasm", "dist/node-sqlite3-wasm.wasm");
cpSync("core/trace/lasertrace.schema.json", "dist/lasertrace.schema.json");
