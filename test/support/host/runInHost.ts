// Runs tests inside a real extension host: bundles the suites, starts the host through @vscode/test-electron, reads
// the results.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { repositoryFolder } from "../check.ts";
import type { HostResult } from "./hostResults.ts";

export interface HostRun {
  readonly results: readonly Exclude<HostResult, { kind: "end" }>[];
  /** Why the run cannot count; null when the host ran all its tests to the end. */
  readonly problem: string | null;
}

export interface HostRunOptions {
  /** Files ending in .test.ts, absolute. */
  readonly suites: readonly string[];
  /** The extension's folder; this repository's when left out. */
  readonly extension?: string;
  /** Opened as the workspace, absolute. */
  readonly workspace: string;
  readonly env?: Readonly<Record<string, string>>;
}

const LAUNCHER = path.join(repositoryFolder, "scripts", "host", "code.mjs");

/** Runs suites in one extension host. A host that is killed, or a suite that can't load, is a `problem`. */
export async function runInHost(options: HostRunOptions): Promise<HostRun> {
  const temporary = mkdtempSync(path.join(tmpdir(), "laser-suite-"));
  // Below the repository, so that the bundles find mocha.
  const bundles = path.join(repositoryFolder, "dist", "test-host", path.basename(temporary));
  try {
    mkdirSync(bundles, { recursive: true });
    await bundle([path.join(repositoryFolder, "test", "host", "entry.ts"), ...options.suites], bundles);
    const resultsFile = path.join(temporary, "results.jsonl");
    const problem = await runTests({
      vscodeExecutablePath: LAUNCHER,
      extensionDevelopmentPath: options.extension ?? repositoryFolder,
      extensionTestsPath: path.join(bundles, "entry.cjs"),
      launchArgs: [
        options.workspace,
        "--disable-extensions",
        `--user-data-dir=${path.join(temporary, "user")}`,
        `--extensions-dir=${path.join(temporary, "extensions")}`,
      ],
      extensionTestsEnv: { ...options.env, LASER_HOST_RESULTS: resultsFile },
    }).then(
      () => null,
      (error: unknown) => `the host's run failed: ${String(error)}`,
    );
    const lines = readResults(resultsFile);
    const results = lines.flatMap((line) => (line.kind === "end" ? [] : [line]));
    if (problem !== null) return { results, problem };
    const ended = lines.at(-1)?.kind === "end";
    return { results, problem: ended ? null : "the extension host ended before its tests did" };
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
    rmSync(bundles, { recursive: true, force: true });
  }
}

/** CommonJS, as the host requires it; suites keep their names: a.test.ts becomes a.test.cjs. */
async function bundle(files: readonly string[], folder: string): Promise<void> {
  await build({
    entryPoints: files.map((file) => ({ in: file, out: path.basename(file, ".ts") })),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    external: ["vscode", "mocha", "node-llama-cpp"],
    sourcemap: "inline",
    logLevel: "warning",
  });
}

/** The whole lines of a file that may have been cut while it was written. */
function readResults(file: string): readonly HostResult[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as HostResult);
}
