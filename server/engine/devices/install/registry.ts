// An npm registry: where the user's is, what it says of one version of a package, and the package's file.
import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as Type from "typebox";
import { parse } from "../../../../core/base/index.ts";
import { asFilesError, FilesError } from "../../../files/index.ts";
import { InstallError } from "./errors.ts";
import type { BackendPackage } from "./packages.ts";

const PUBLIC_REGISTRY = "https://registry.npmjs.org";
/** A description of one version has a few kB. */
const MAX_DESCRIPTION_BYTES = 1_000_000;
export const IDLE_MS = 30_000;

/** A registry and the limits of its connections; `idleMs` without a byte ends one. */
export interface RegistryConnection {
  /** Without a trailing slash. */
  readonly registry: string;
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** npm's own variable, else the `registry` of the user's .npmrc, else the public registry. */
export async function userRegistry(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<string> {
  const named = Object.entries(env).find(
    ([name, value]) => name.toLowerCase() === "npm_config_registry" && value !== "",
  )?.[1];
  const file = await readFile(join(home, ".npmrc"), "utf8").catch(() => "");
  const configured = /^\s*registry\s*=\s*(\S+)\s*$/m.exec(file)?.[1];
  return (named ?? configured ?? PUBLIC_REGISTRY).replace(/\/+$/, "");
}

const VersionSchema = Type.Object({
  name: Type.String(),
  version: Type.String(),
  license: Type.Optional(Type.Unknown()),
  dist: Type.Object({ tarball: Type.String(), integrity: Type.String() }),
});

/** What is fetched: an address and the hash that it must have. */
export interface PackageFile {
  readonly url: string;
  /** "sha512-" and the hash in base64. */
  readonly integrity: string;
}

/**
 * Asks the registry for a version. Its hash must be the pinned one where one is pinned.
 * @throws InstallError; the signal's reason
 */
export async function describePackage(
  wanted: BackendPackage,
  connection: RegistryConnection,
): Promise<PackageFile> {
  const url = `${connection.registry}/${wanted.name.replace("/", "%2f")}/${wanted.version}`;
  const chunks: Uint8Array[] = [];
  await receive(url, MAX_DESCRIPTION_BYTES, url, connection, (chunk) => {
    chunks.push(chunk);
  });
  const garbled = (reason: string): InstallError => new InstallError({ tag: "registryGarbled", url, reason });
  const found = parse(VersionSchema, jsonOf(Buffer.concat(chunks).toString("utf8")));
  if (found === null) throw garbled("it is not the description of a package");
  if (found.name !== wanted.name || found.version !== wanted.version)
    throw garbled(`it describes ${found.name} ${found.version}`);
  // A package may carry several hashes; only the strong one counts.
  const integrity = found.dist.integrity.split(/\s+/).find((hash) => hash.startsWith("sha512-"));
  if (integrity === undefined) throw garbled("it has no SHA-512");
  if (wanted.integrity !== null && integrity !== wanted.integrity)
    throw new InstallError({
      tag: "wrongIntegrity",
      what: `${wanted.name} ${wanted.version}`,
      expected: wanted.integrity,
      actual: integrity,
    });
  const tarball = URL.canParse(found.dist.tarball) ? new URL(found.dist.tarball) : null;
  const protocols = ["https:", new URL(connection.registry).protocol];
  if (tarball === null || !protocols.includes(tarball.protocol)) throw garbled("its address is not HTTPS");
  return { url: tarball.href, integrity };
}

/**
 * Downloads a package to `path` and checks its hash.
 * @throws InstallError, FilesError; the signal's reason
 */
export async function downloadPackage(
  { url, integrity }: PackageFile,
  path: string,
  mostBytes: number,
  connection: RegistryConnection,
  onBytes: (doneBytes: number) => void,
): Promise<void> {
  const hash = createHash("sha512");
  const out = await open(path, "wx").catch((error: unknown) => {
    throw asFilesError(error, path);
  });
  let doneBytes = 0;
  try {
    await receive(url, mostBytes, new URL(url).pathname, connection, async (chunk) => {
      hash.update(chunk);
      await out.writeFile(chunk).catch((error: unknown) => {
        throw asFilesError(error, path);
      });
      doneBytes += chunk.length;
      onBytes(doneBytes);
    });
  } finally {
    await out.close();
  }
  const actual = `sha512-${hash.digest("base64")}`;
  if (actual !== integrity)
    throw new InstallError({
      tag: "wrongIntegrity",
      what: new URL(url).pathname,
      expected: integrity,
      actual,
    });
}

/** Passes on the body of a response chunk by chunk, at most `mostBytes`. */
async function receive(
  url: string,
  mostBytes: number,
  what: string,
  { idleMs, signal }: RegistryConnection,
  onChunk: (chunk: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const { host } = new URL(url);
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort();
  }, idleMs);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, idle.signal]) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new InstallError({ tag: "registryRefused", url, status: response.status });
    }
    let bytes = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      timer.refresh();
      bytes += chunk.length;
      if (bytes > mostBytes) throw new InstallError({ tag: "packageTooLarge", what, limitBytes: mostBytes });
      await onChunk(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof InstallError || error instanceof FilesError) throw error;
    const fault = idle.signal.aborted
      ? ({ tag: "registryStalled", host, idleMs } as const)
      : ({ tag: "registryUnreachable", host, reason: reasonOf(error) } as const);
    throw new InstallError(fault, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** fetch hides the reason of a failed connection in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
