// Converts a Q4_1 model file to Q4_0 with requantize.py and a pinned gguf package in a folder of its own.
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { asFilesError, makeFolder, requireSpace, temporaryName } from "../../files/index.ts";
import type { ModelFile } from "./source.ts";
import { checkHash } from "./check.ts";
import { ModelError } from "./errors.ts";
import {
  findPython,
  OWN_FOLDER,
  runChild,
  runPip,
  type FetchHooks,
  type Python,
} from "../../files/wheels/index.ts";

/** As in requantize.txt; part of the folder's name, so that another version is installed beside it. */
const GGUF_VERSION = "0.17.1";
/** Disk space of the installed packages, for the check of free space: 71 to 83 MB measured. */
const PACKAGES_BYTES = 130_000_000;

/** Next to this file in the sources, next to the bundle in dist/. */
const SCRIPT = fileURLToPath(new URL("requantize.py", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("requantize.txt", import.meta.url));

/**
 * Writes `file` to `target` from the Q4_1 file at `sourcePath`, which is not changed.
 * The packages are kept in `cacheDir`/python for the next time.
 * @throws ModelError noPython | noPip | pipFailed | conversionFailed | wrongHash; FilesError; the signal's AbortError
 */
export async function requantize(
  sourcePath: string,
  file: ModelFile,
  target: string,
  cacheDir: string,
  hooks: FetchHooks,
): Promise<void> {
  const python = await findPython(hooks);
  await requireSpace(target, file.bytes);
  const packages = await ensurePackages(python, join(cacheDir, "python"), hooks);
  const message = `converting to ${file.quantisation}`;
  const temporary = temporaryName(target);
  hooks.onProgress({ phase: "convert", message, doneBytes: 0, totalBytes: file.bytes });
  try {
    const { exitCode, output } = await runChild(
      python.command,
      [...python.args, SCRIPT, packages, sourcePath, temporary],
      {
        ...hooks,
        cwd: OWN_FOLDER,
        onLine: (line) => {
          const [done = 0, total = 0] = line.split(" ").map(Number);
          if (!(total > 0)) return;
          const doneBytes = Math.round((file.bytes * done) / total);
          hooks.onProgress({ phase: "convert", message, doneBytes, totalBytes: file.bytes });
        },
      },
    );
    if (exitCode !== 0) {
      throw new ModelError({
        tag: "conversionFailed",
        to: file.quantisation,
        cause: "converter",
        output: output.slice(-1),
      });
    }
    await checkHash(temporary, file.sha256, file.fileName, hooks);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The folder with the packages, installed on first use: into a temporary folder, which is then renamed. */
async function ensurePackages(python: Python, root: string, hooks: FetchHooks): Promise<string> {
  // No virtual environment: some systems package ensurepip separately, and pip's --target needs none.
  const folder = join(root, `gguf-${GGUF_VERSION}-py${python.version}-${python.platform}`);
  if (await exists(folder)) return folder;
  await requireSpace(folder, PACKAGES_BYTES);
  hooks.onProgress({
    phase: "convert",
    message: `installing gguf ${GGUF_VERSION} (converter, first use only)`,
  });
  let work: string;
  try {
    await makeFolder(root);
    work = await mkdtemp(join(root, "install-"));
  } catch (error) {
    throw asFilesError(error, root);
  }
  try {
    const target = join(work, "packages");
    // Code that will run: each file is checked against the hash that belongs to its version.
    const pinned = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", REQUIREMENTS];
    const args = ["install", "--quiet", ...pinned, "--target", target];
    const { exitCode, output } = await runPip(python, args, { ...hooks, cwd: work });
    if (exitCode !== 0) {
      const requirement = `gguf==${GGUF_VERSION}`;
      throw new ModelError({ tag: "pipFailed", requirement, exitCode, output: output.slice(-4) });
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

const exists = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
