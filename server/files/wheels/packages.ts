// Python packages of our own, installed once into a folder of the cache: pinned, each file checked by its SHA-256.
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { asFilesError, makeFolder, requireSpace } from "../index.ts";
import { WheelError } from "./errors.ts";
import type { FetchHooks, FetchPhase } from "./progress.ts";
import { runPip, type Python } from "./python.ts";

/** What to install. */
export interface PythonPackages {
  /** The package that matters and its version, such as "gguf==0.17.1"; part of the folder's name. */
  readonly requirement: string;
  /** A file of pip requirements in which every version has the hashes of its files. */
  readonly requirementsPath: string;
  /** Disk space of all of them, for the check of free space. */
  readonly bytes: number;
  readonly phase: FetchPhase;
  /** Shown while they are installed. */
  readonly message: string;
}

/**
 * The folder with the packages, below `root`. Installed on first use: into a temporary folder, which is then renamed.
 * @throws WheelError pipFailed; FilesError; the signal's AbortError
 */
export async function ensurePackages(
  python: Python,
  root: string,
  packages: PythonPackages,
  hooks: FetchHooks,
): Promise<string> {
  const folder = packagesFolder(python, root, packages);
  if (await exists(folder)) return folder;
  await requireSpace(folder, packages.bytes);
  hooks.onProgress({ phase: packages.phase, message: packages.message });
  let work: string;
  try {
    await makeFolder(root);
    work = await mkdtemp(join(root, "install-"));
  } catch (error) {
    throw asFilesError(error, root);
  }
  try {
    // No virtual environment: some systems package ensurepip separately, and pip's --target needs none.
    const target = join(work, "packages");
    // Code that will run: each file is checked against the hash that belongs to its version.
    const pinned = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", packages.requirementsPath];
    const args = ["install", "--quiet", ...pinned, "--target", target];
    const { exitCode, output } = await runPip(python, args, { ...hooks, cwd: work });
    if (exitCode !== 0) {
      const { requirement } = packages;
      throw new WheelError({ tag: "pipFailed", requirement, exitCode, output: output.slice(-4) });
    }
    // Another process may have been faster; its folder is just as good.
    await rename(target, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw asFilesError(error, folder);
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/** The folder with the packages if they are installed, else null. */
export async function installedPackages(
  python: Python,
  root: string,
  packages: PythonPackages,
): Promise<string | null> {
  const folder = packagesFolder(python, root, packages);
  return (await exists(folder)) ? folder : null;
}

function packagesFolder({ version, platform }: Python, root: string, packages: PythonPackages): string {
  return join(root, `${packages.requirement.replace("==", "-")}-py${version}-${platform}`);
}

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
