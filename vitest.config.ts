// The test lanes that vitest runs, one project each. `npm test` runs them all (scripts/testCommand.mjs),
// `npx vitest run --project unit FILE` one file of one.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { PROJECT_FOLDERS } from "./scripts/testReport.mjs";
import { LongestFirst } from "./test/support/longestFirst.ts";
import { PATIENCE } from "./test/support/patience.ts";

/** Deadlines are far above what a quiet machine needs: they end a test that hangs and never judge speed. */
const MINUTE_MS = 60_000 * PATIENCE;

/** Fewer than a lane's own where several lanes run at once. */
const MAX_WORKERS = Number(process.env.LASER_TEST_WORKERS ?? Infinity);

const FLAT_COSTS = fileURLToPath(new URL("test/fixtures/costs/flat.json", import.meta.url));

type Project = keyof typeof PROJECT_FOLDERS;

interface Lane {
  /**
   * Where one vitest runs several lanes, those of a lower order run first; only lanes with the same number of workers may
   * share an order. `npm test` starts one vitest a lane (scripts/testCommand.mjs).
   */
  readonly order: number;
  /** Files that run side by side: two where each keeps one core busy, one where each starts a VS Code. */
  readonly workers: number;
  /** Whether each file gets a process of its own, for modules that keep something, such as the loaded native library. */
  readonly isolate: boolean;
  /** Whether its files share a browser. */
  readonly browses: boolean;
  readonly timeoutMs: number;
}

const lanes: Readonly<Record<Project, Lane>> = {
  unit: { order: 0, workers: 2, isolate: false, browses: false, timeoutMs: MINUTE_MS },
  protocol: { order: 0, workers: 2, isolate: false, browses: false, timeoutMs: MINUTE_MS },
  webview: { order: 1, workers: 2, isolate: false, browses: true, timeoutMs: 2 * MINUTE_MS },
  host: { order: 2, workers: 1, isolate: false, browses: true, timeoutMs: 5 * MINUTE_MS },
  model: { order: 3, workers: 2, isolate: true, browses: false, timeoutMs: 5 * MINUTE_MS },
};

/**
 * Node imports the files, compiled by tsx. The own loader of vitest turns each use of an import into a call, which
 * makes the planner's tests three times as long; but coverage can be counted under it alone.
 */
const NATIVE_IMPORTS = {
  execArgv: ["--import", "tsx"],
  experimental: { viteModuleRunner: false, nodeLoader: false },
};
const COUNTS_COVERAGE = process.argv.includes("--coverage");

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: (Object.entries(lanes) as [Project, Lane][]).map(
      ([name, { order, workers, isolate, browses, timeoutMs }]) => ({
        test: {
          name,
          include: [`${PROJECT_FOLDERS[name]}/**/*.test.ts`],
          pool: "forks",
          isolate,
          // Under tsx node-llama-cpp never ends loading its library.
          ...(COUNTS_COVERAGE || name === "model" ? {} : NATIVE_IMPORTS),
          maxWorkers: Math.min(workers, MAX_WORKERS),
          sequence: { groupOrder: order },
          testTimeout: timeoutMs,
          hookTimeout: timeoutMs,
          allowOnly: false,
          // What is drafted must not depend on how busy the machine is: runs of the model use these costs of evaluations.
          // Pictures show measured ones.
          env: process.env.UPDATE_SCREENSHOTS === "1" ? {} : { LASER_COSTS: FLAT_COSTS },
          ...(browses ? { globalSetup: "scripts/host/sharedBrowser.mjs" } : {}),
          ...(name === "host" ? { setupFiles: "test/support/host/setup.ts" } : {}),
        },
      }),
    ),
    coverage: {
      provider: "v8",
      include: ["core/**/*.ts", "server/**/*.ts", "extension/**/*.ts", "webview/**/*.ts"],
      exclude: ["server/engine/rows/assembly/**"],
      reporter: ["text-summary"],
      reportOnFailure: true,
      reportsDirectory: "dist/coverage",
    },
  },
});
