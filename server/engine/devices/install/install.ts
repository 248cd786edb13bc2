// Fetches the package of a back end that is not shipped, checks it, and puts its one file into the cache folder, whole
// or not at all.
import { rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { asFilesError, makeFolder, requireSpace, temporaryName, withLock } from "../../../files/index.ts";
import { libraryVersion, type Machine } from "../backends.ts";
import type { OnProgress } from "../../../files/wheels/index.ts";
import { InstallError } from "./errors.ts";
import { packagesFor, pluginFolder, type BackendPackage } from "./packages.ts";
import { describePackage, downloadPackage, IDLE_MS, userRegistry } from "./registry.ts";
import { unpackMember } from "./unpack.ts";

/** A file may be this much larger than the table says before it is refused. */
const SLACK = 1.25;
/** Where the table has no size. */
const MAX_PACKED_BYTES = 400_000_000;

/** Where and how to fetch a back end. */
export interface InstallOptions {
  readonly machine: Machine;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** The registry's URL; the user's by default. */
  readonly registry?: string | undefined;
  readonly idleMs?: number;
  /** Instead of the table's; for tests. */
  readonly packages?: readonly BackendPackage[];
}

/** What can be installed on a machine, by the name that `--install` takes. "cuda" is the first of CUDA's. */
export function installable(machine: Machine, packages = packagesFor(machine.platform, machine.arch)) {
  return new Map(packages.map((one) => [one.id, one]));
}

/**
 * The package that a name refers to.
 * @throws InstallError unknownInstall
 */
export function packageOf(
  wanted: string,
  machine: Machine,
  packages?: readonly BackendPackage[],
): BackendPackage {
  const known = installable(machine, packages);
  const found = known.get(wanted) ?? (wanted === "cuda" ? [...known.values()][0] : undefined);
  if (found !== undefined) return found;
  const names = known.size === 0 ? [] : ["cuda", ...known.keys()];
  throw new InstallError({ tag: "unknownInstall", wanted, known: names });
}

/**
 * Fetches and unpacks a package; returns the path of the back end's file. An earlier one is replaced.
 * @throws InstallError; the signal's reason when stopped (nothing is kept then)
 */
export async function installBackend(wanted: BackendPackage, options: InstallOptions): Promise<string> {
  const { machine, signal, onProgress } = options;
  const found = libraryVersion();
  if (found !== wanted.version)
    throw new InstallError({ tag: "libraryVersion", found, expected: wanted.version });
  const folder = join(pluginFolder(machine.cacheDir, wanted.version), wanted.folder);
  const onWait = ({ pid }: { pid: number }): void => {
    onProgress({
      phase: "wait",
      message: `waiting for process ${pid}, which is installing the same package`,
    });
  };
  return withLock(`${folder}.lock`, { signal, onWait }, () => fetchInto(folder, wanted, options));
}

async function fetchInto(folder: string, wanted: BackendPackage, options: InstallOptions): Promise<string> {
  const { signal, onProgress, idleMs = IDLE_MS } = options;
  const registry = options.registry ?? (await userRegistry(process.env, homedir()));
  const connection = { registry, idleMs, signal };
  const what = `${wanted.name} ${wanted.version}`;
  const { host } = new URL(registry);
  const mostPacked = Math.ceil(wanted.packedBytes === null ? MAX_PACKED_BYTES : wanted.packedBytes * SLACK);
  await requireSpace(folder, (wanted.packedBytes ?? 0) + wanted.unpackedBytes);
  const aside = temporaryName(folder);
  try {
    await makeFolder(aside);
    const file = await describePackage(wanted, connection);
    const archive = join(aside, "package.tgz");
    await downloadPackage(file, archive, mostPacked, connection, (doneBytes) => {
      const totalBytes = wanted.packedBytes ?? undefined;
      const message = `downloading ${what} (${host})`;
      onProgress({ phase: "download", message, doneBytes, ...(totalBytes !== undefined && { totalBytes }) });
    });
    const unpacked = await unpackMember(archive, aside, {
      what,
      member: wanted.member,
      mostBytes: Math.ceil(wanted.unpackedBytes * SLACK),
      signal,
      onBytes: (doneBytes) => {
        const totalBytes = wanted.unpackedBytes;
        onProgress({ phase: "extract", message: `unpacking ${what}`, doneBytes, totalBytes });
      },
    });
    await rm(archive);
    const origin = { name: wanted.name, version: wanted.version, licence: wanted.licence, ...file };
    await writeFile(join(aside, "origin.json"), `${JSON.stringify(origin, null, 1)}\n`);
    signal.throwIfAborted();
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
    return join(folder, unpacked.slice(aside.length + 1));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof InstallError) throw error;
    throw asFilesError(error, dirname(folder));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
