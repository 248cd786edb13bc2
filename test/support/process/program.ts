// A program of the sources, run as its own process. It is bundled once for each process of tests: a start that compiles the
// sources takes a second of processor time, and many tests start one.
import { spawn } from "node:child_process";
import { openSync, renameSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { repositoryFolder } from "../check.ts";

export interface Ended {
  /** null if a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** Over the test's own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ctrl-C follows when it resolves. */
  readonly interrupt?: Promise<void>;
  /** A file that its stdout is, such as /dev/full; what is printed is then not returned. */
  readonly stdoutTo?: string;
}

/** As esbuild.mjs does: packages in CommonJS call require() for Node's own modules. */
const REQUIRE =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

const bundles = new Map<string, Promise<string>>();

/** Runs it to its end, in the repository. @param entry e.g. "server/cli/main.ts" */
export async function runSource(
  entry: string,
  args: readonly string[],
  { env, interrupt, stdoutTo }: ProgramOptions = {},
): Promise<Ended> {
  const bundle = bundles.get(entry) ?? bundled(entry);
  bundles.set(entry, bundle);
  const child = spawn(process.execPath, [await bundle, ...args], {
    cwd: repositoryFolder,
    stdio: ["ignore", stdoutTo === undefined ? "pipe" : openSync(stdoutTo, "w"), "pipe"],
    env: { ...process.env, ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  void interrupt?.then(() => child.kill("SIGINT"));
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { exitCode, stdout, stderr };
}

/** @returns the bundle's path, below the repository, where its packages are found. Other processes may write the same. */
async function bundled(entry: string): Promise<string> {
  const file = path.join(repositoryFolder, "dist", "test-programs", `${entry.replaceAll("/", "-")}.mjs`);
  const written = `${file}.${process.pid}`;
  await build({
    entryPoints: [path.join(repositoryFolder, entry)],
    outfile: written,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["node-llama-cpp", "koffi", "node-sqlite3-wasm"],
    banner: { js: REQUIRE },
    logLevel: "warning",
  });
  renameSync(written, file);
  return file;
}
