// Fetching a back end from a registry: what arrives, what is refused, and that nothing is left of what was refused.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "vitest";
import {
  libraryVersion,
  installedFiles,
  type Machine,
} from "../../../../../server/engine/devices/backends.ts";
import { InstallError, type InstallFault } from "../../../../../server/engine/devices/install/errors.ts";
import { installBackend, packageOf } from "../../../../../server/engine/devices/install/install.ts";
import { packagesFor, type BackendPackage } from "../../../../../server/engine/devices/install/packages.ts";
import { userRegistry } from "../../../../../server/engine/devices/install/registry.ts";
import type { FetchProgress } from "../../../../../server/files/wheels/progress.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";
import {
  integrityOf,
  startRegistry,
  tgz,
  type RegistryFaults,
  type TarEntry,
} from "../../../../support/process/npmRegistry.ts";
import { seededRandom } from "../../../../support/random.ts";

const random = seededRandom(14);
const content = Buffer.from(Uint8Array.from({ length: 200_000 }, () => random.below(256)));
const member = "package/bins/linux-x64-cuda/libggml-cuda.so";
const good: readonly TarEntry[] = [
  { path: "package/package.json", content: Buffer.from("{}") },
  { path: "package/bins", kind: "folder" },
  { path: "package/bins/linux-x64-cuda/libllama.so", content: Buffer.from("not wanted") },
  { path: member, content },
];
const archive = tgz(good);

function packageWith(changes: Partial<BackendPackage> = {}): BackendPackage {
  return {
    ...packagesFor("linux", "x64")[0]!,
    version: libraryVersion(),
    integrity: null,
    packedBytes: archive.length,
    unpackedBytes: content.length,
    ...changes,
  };
}

interface Installing {
  readonly wanted?: BackendPackage;
  readonly archive?: Buffer;
  readonly faults?: RegistryFaults;
  readonly idleMs?: number;
  readonly onProgress?: (event: FetchProgress, stop: AbortController) => void;
}

async function install(context: TestContext, options: Installing) {
  const { wanted = packageWith(), idleMs = 10_000, onProgress } = options;
  const cacheDir = temporaryFolder(context);
  const machine: Machine = { platform: "linux", arch: "x64", cacheDir };
  const registry = await startRegistry(context, wanted, options.archive ?? archive, options.faults);
  const stop = new AbortController();
  const run = (): Promise<string> =>
    installBackend(wanted, {
      machine,
      registry: registry.url,
      idleMs,
      signal: stop.signal,
      onProgress: (event) => onProgress?.(event, stop),
    });
  const plugins = join(cacheDir, "devices", "plugins", wanted.version);
  return { run, machine, registry, plugins };
}

/** Names that a refused or stopped install left. */
const leftIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

test("the back end's file arrives complete, is found, and names its source", async (context) => {
  const phases = new Set<string>();
  const { run, machine, registry, plugins } = await install(context, {
    wanted: packageWith({ integrity: integrityOf(archive) }),
    onProgress: ({ phase }) => phases.add(phase),
  });
  const path = await run();
  assert.deepEqual(readFileSync(path), content);
  assert.deepEqual([...phases], ["download", "extract"]);
  assert.deepEqual(leftIn(plugins), ["1-cuda-13"]);
  assert.deepEqual(readdirSync(dirname(path)).sort(), ["libggml-cuda.so", "origin.json"]);
  const origin = JSON.parse(readFileSync(join(dirname(path), "origin.json"), "utf8")) as {
    integrity: string;
  };
  assert.equal(origin.integrity, registry.integrity);
  assert.deepEqual(installedFiles("cuda", machine), [{ backend: "cuda", way: "plugin", file: path }]);
});

test("an earlier install is replaced, and kept if the new one fails", async (context) => {
  const { run, plugins, registry } = await install(context, {});
  const old = join(plugins, "1-cuda-13");
  mkdirSync(old, { recursive: true });
  writeFileSync(join(old, "libggml-cuda.so"), "old");
  const path = await run();
  assert.deepEqual(readFileSync(path), content);
  const worse = packageWith({ integrity: "sha512-AAAA" });
  const failing = installBackend(worse, {
    machine: { platform: "linux", arch: "x64", cacheDir: join(plugins, "..", "..", "..") },
    registry: registry.url,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  await assert.rejects(failing, InstallError);
  assert.deepEqual(readFileSync(path), content);
});

interface RefusedRow extends Installing {
  readonly name: string;
  readonly tag: InstallFault["tag"];
}

const outside = "package/bins/../../../../escaped/libggml-cuda.so";
table(
  "refused",
  [
    {
      name: "a hash that is not the pinned one",
      wanted: packageWith({ integrity: integrityOf(content) }),
      tag: "wrongIntegrity",
    },
    {
      name: "an archive that is not what was described",
      faults: { integrity: integrityOf(content) },
      tag: "wrongIntegrity",
    },
    { name: "a description with only SHA-1", faults: { integrity: "sha1-AAAA" }, tag: "registryGarbled" },
    {
      name: "a description of another version",
      faults: { describedVersion: "0.0.1" },
      tag: "registryGarbled",
    },
    { name: "a description that is not JSON", faults: { description: "<html>" }, tag: "registryGarbled" },
    {
      name: "a description without end",
      faults: { description: "x".repeat(2_000_000) },
      tag: "packageTooLarge",
    },
    {
      name: "an address that is a file",
      faults: { tarballUrl: "file:///etc/passwd" },
      tag: "registryGarbled",
    },
    { name: "a version that the registry doesn't have", faults: { status: 404 }, tag: "registryRefused" },
    { name: "an archive that breaks off", faults: { cutAfterBytes: 1_000 }, tag: "registryUnreachable" },
    {
      name: "an archive that stalls",
      faults: { stallAfterBytes: 1_000 },
      idleMs: 300,
      tag: "registryStalled",
    },
    {
      name: "more bytes than the package has",
      wanted: packageWith({ packedBytes: 1_000 }),
      tag: "packageTooLarge",
    },
    { name: "a bomb", wanted: packageWith({ unpackedBytes: 1_000 }), tag: "packageTooLarge" },
    {
      name: "a path that leaves its folder",
      archive: tgz([{ path: outside, content }]),
      tag: "archiveBroken",
    },
    {
      name: "an absolute path",
      archive: tgz([{ path: "/libggml-cuda.so", content }]),
      tag: "archiveBroken",
    },
    {
      name: "a link instead of the file",
      archive: tgz([{ path: member, kind: "symlink", target: "/etc/passwd" }]),
      tag: "archiveBroken",
    },
    { name: "a package without the back end", archive: tgz(good.slice(0, 3)), tag: "archiveBroken" },
    { name: "an archive cut by its author", archive: tgz(good).subarray(0, 2_000), tag: "archiveBroken" },
    {
      name: "an entry that is shorter than it says",
      archive: tgz([{ path: member, content, claimedBytes: content.length + 5_000 }]),
      tag: "archiveBroken",
    },
    {
      name: "bytes that are no archive",
      archive: Buffer.from(content.subarray(0, 5_000)),
      tag: "archiveBroken",
    },
    {
      name: "a library of another version",
      wanted: packageWith({ version: "3.0.0" }),
      tag: "libraryVersion",
    },
  ] satisfies readonly RefusedRow[],
  async ({ tag, ...options }: RefusedRow, context) => {
    const { run, plugins } = await install(context, options);
    await assert.rejects(run(), (error) => {
      assert.ok(error instanceof InstallError, String(error));
      assert.equal(error.fault.tag, tag, JSON.stringify(error.fault));
      return true;
    });
    assert.deepEqual(leftIn(plugins), []);
    assert.equal(existsSync(join(plugins, "..", "..", "..", "escaped")), false);
  },
);

test("a stop during the download leaves nothing", async (context) => {
  const { run, plugins } = await install(context, {
    faults: { stallAfterBytes: 1_000 },
    onProgress: (_, stop) => {
      stop.abort();
    },
  });
  await assert.rejects(run(), { name: "AbortError" });
  assert.deepEqual(leftIn(plugins), []);
});

test("an unreachable registry is named", async (context) => {
  const machine: Machine = { platform: "linux", arch: "x64", cacheDir: temporaryFolder(context) };
  const { signal } = new AbortController();
  const run = installBackend(packageWith(), {
    machine,
    registry: "http://127.0.0.1:1",
    signal,
    onProgress: () => undefined,
  });
  await assert.rejects(
    run,
    (error) => error instanceof InstallError && error.fault.tag === "registryUnreachable",
  );
});

interface RegistryRow {
  readonly name: string;
  readonly env?: Record<string, string>;
  readonly npmrc?: string;
  readonly registry: string;
}

table(
  "the registry",
  [
    { name: "the public one", registry: "https://registry.npmjs.org" },
    {
      name: "of .npmrc",
      npmrc: "fund=false\nregistry = https://a.example/npm/\n",
      registry: "https://a.example/npm",
    },
    {
      name: "of the environment, before .npmrc",
      env: { NPM_CONFIG_REGISTRY: "https://b.example/" },
      npmrc: "registry=https://a.example/",
      registry: "https://b.example",
    },
  ] satisfies readonly RegistryRow[],
  async ({ env = {}, npmrc, registry }: RegistryRow, context) => {
    const home = temporaryFolder(context);
    if (npmrc !== undefined) writeFileSync(join(home, ".npmrc"), npmrc);
    assert.equal(await userRegistry(env, home), registry);
  },
);

test("cuda is the newer one; other names and other platforms are refused with what exists", () => {
  const machine: Machine = { platform: "linux", arch: "x64", cacheDir: "/none" };
  assert.equal(packageOf("cuda", machine).id, "cuda-13");
  assert.equal(packageOf("cuda-12", machine).id, "cuda-12");
  assert.throws(() => packageOf("rocm", machine), /unknownInstall/);
  assert.throws(() => packageOf("cuda", { ...machine, platform: "darwin", arch: "arm64" }), /unknownInstall/);
});

test("the table belongs to the installed library", () => {
  for (const { version, integrity } of packagesFor("linux", "x64")) {
    assert.equal(version, libraryVersion());
    assert.match(integrity ?? "", /^sha512-[A-Za-z0-9+/]{86}==$/);
  }
});
