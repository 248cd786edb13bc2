// Converts a Q4_1 model file to Q4_0 with requantize.py and a pinned gguf package in its own folder.
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireSpace, temporaryName } from "../../files/index.ts";
import type { ModelFile } from "./source.ts";
import { checkHash } from "./check.ts";
import { ModelError } from "./errors.ts";
import {
  ensurePackages,
  findPython,
  OWN_FOLDER,
  runChild,
  type FetchHooks,
  type PythonPackages,
} from "../../files/wheels/index.ts";

/** Next to this file in the sources, next to the bundle in dist/. */
const SCRIPT = fileURLToPath(new URL("requantize.py", import.meta.url));

/** The version is as in requantize.txt; 71 to 83 MB measured. */
const PACKAGES: PythonPackages = {
  requirement: "gguf==0.17.1",
  requirementsPath: fileURLToPath(new URL("requantize.txt", import.meta.url)),
  bytes: 130_000_000,
  phase: "convert",
  message: "installing gguf 0.17.1 (converter, first use only)",
};

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
  const packages = await ensurePackages(python, join(cacheDir, "python"), PACKAGES, hooks);
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
