// @ts-check
// The lanes of `npm test`. A new lane is one entry here and one line under "scripts" of package.json.
// This file must not know how a lane is run or counted.

/**
 * One program whose exit code decides: counts as one test.
 * @typedef {{kind: "program", name: string, script: string, args: readonly string[]}} ProgramPart
 *
 * All files below `folder` that end in `.test.ts`: counts as many tests as they hold.
 * @typedef {{kind: "tests", folder: string, concurrency: number}} TestsPart
 *
 * What must stand ready before a lane runs, by its name in needs.mjs.
 * @typedef {"packages" | "build" | "demoModel" | "softwareGpu" | "chromium" | "vscodeHost"} Need
 *
 * @typedef {object} Lane
 * @property {string} name
 * @property {readonly Need[]} needs
 * @property {readonly (ProgramPart | TestsPart)[]} parts
 * @property {number} leastTests Fewer than this means that tests went missing, and the lane fails.
 * @property {number} timeoutSeconds For all parts together, without the needs.
 */

/** @type {readonly Lane[]} */
export const lanes = [
  {
    name: "types",
    needs: ["packages"],
    parts: [{ kind: "program", name: "tsc", script: "node_modules/typescript/bin/tsc", args: ["-b"] }],
    leastTests: 1,
    timeoutSeconds: 180,
  },
  {
    name: "lint",
    needs: ["packages"],
    parts: [
      {
        kind: "program",
        name: "eslint",
        script: "node_modules/eslint/bin/eslint.js",
        args: [".", "--max-warnings=0"],
      },
      {
        kind: "program",
        name: "prettier",
        script: "node_modules/prettier/bin/prettier.cjs",
        args: ["--check", "--log-level=warn", "--no-color", "."],
      },
    ],
    leastTests: 2,
    timeoutSeconds: 240,
  },
  {
    name: "unit",
    needs: ["packages"],
    parts: [{ kind: "tests", folder: "test/unit", concurrency: 2 }],
    leastTests: 2120,
    timeoutSeconds: 420,
  },
  {
    name: "protocol",
    needs: ["packages", "build"],
    parts: [{ kind: "tests", folder: "test/protocol", concurrency: 2 }],
    leastTests: 110,
    timeoutSeconds: 180,
  },
  {
    name: "webview",
    needs: ["packages", "build", "chromium"],
    parts: [{ kind: "tests", folder: "test/webview", concurrency: 2 }],
    leastTests: 235,
    timeoutSeconds: 360,
  },
  {
    name: "host",
    needs: ["packages", "build", "demoModel", "chromium", "vscodeHost"],
    parts: [{ kind: "tests", folder: "test/host/flows", concurrency: 1 }],
    leastTests: 79,
    timeoutSeconds: 600,
  },
  {
    name: "model",
    needs: ["packages", "demoModel", "softwareGpu"],
    parts: [{ kind: "tests", folder: "test/model", concurrency: 1 }],
    leastTests: 51,
    timeoutSeconds: 540,
  },
];
