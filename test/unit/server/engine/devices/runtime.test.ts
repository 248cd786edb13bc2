// CUDA's runtime out of wheels, by the real pip from a server that speaks the index's protocol: whole or not at all.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { afterAll, beforeAll, test, type TestContext } from "vitest";
import type { Machine } from "../../../../../server/engine/devices/backends.ts";
import {
  fetchedRuntime,
  installRuntime,
  runtimeWheels,
  type RuntimeWheel,
} from "../../../../../server/engine/devices/install/runtime.ts";
import { WheelError } from "../../../../../server/files/wheels/index.ts";
import { findPython } from "../../../../../server/files/wheels/index.ts";
import { temporaryFolder } from "../../../../support/check.ts";
import { sha256 } from "../../../../support/process/hubServer.ts";

const MAKE_WHEEL = `
import sys, zipfile
wheel, name, *members = sys.argv[1:]
info = name.replace("-", "_") + "-1.0.dist-info"
with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
    for member in members:
        archive.writestr(member, member * 1000)
    archive.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: " + name + "\\nVersion: 1.0\\n")
    archive.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    archive.writestr(info + "/RECORD", "")
`;

const PARTS = {
  "cuda-runtime": ["lib/libcudart.so.13"],
  cublas: ["lib/libcublasLt.so.13", "lib/libcublas.so.13", "lib/libnvblas.so.13"],
};

let folder: string;
let server: Server;
let env: Record<string, string | undefined>;
let wheels: RuntimeWheel[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "laser-runtime-"));
  const python = await findPython({ signal: new AbortController().signal, env: process.env });
  wheels = Object.entries(PARTS).map(([name, members]) => {
    const wheel = `${name.replace("-", "_")}-1.0-py3-none-any.whl`;
    const path = join(folder, wheel);
    execFileSync(python.command, [...python.args, "-c", MAKE_WHEEL, path, name, ...members]);
    const bytes = readFileSync(path);
    return {
      ...{ package: name, version: "1.0", licence: "none", wheel },
      ...{ wheelBytes: bytes.length, wheelSha256: sha256(bytes) },
      members: members.slice(0, 2).map((member) => ({ member, bytes: member.length * 1000 })),
    };
  });
  // PEP 503: a page of links for each project, and the files.
  server = createServer(({ url = "" }, response) => {
    const found = wheels.find(
      ({ wheel, package: name }) => url === `/simple/${name}/` || url === `/${wheel}`,
    );
    if (found === undefined) response.writeHead(404).end();
    else if (url.endsWith(".whl")) response.end(readFileSync(join(folder, found.wheel)));
    else
      response
        .setHeader("content-type", "text/html")
        .end(`<!DOCTYPE html><a href="/${found.wheel}">${found.wheel}</a>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  env = { ...process.env, PIP_INDEX_URL: `http://127.0.0.1:${port}/simple/`, PIP_EXTRA_INDEX_URL: "" };
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function install(cacheDir: string, wanted: readonly RuntimeWheel[]): Promise<string> {
  const signal = new AbortController().signal;
  return installRuntime("cuda-13", wanted, {
    machine: { cacheDir },
    signal,
    env,
    onProgress: () => undefined,
  });
}

const machineIn = (context: TestContext): Machine => ({
  platform: "linux",
  arch: "x64",
  cacheDir: temporaryFolder(context),
});

test("the wanted libraries arrive, and are found for the back end's file in the order of loading", async (context) => {
  const machine = machineIn(context);
  const plugin = join(machine.cacheDir, "devices", "plugins", "1.0", "1-cuda-13", "libggml-cuda.so");
  assert.deepEqual(fetchedRuntime(plugin, machine), []);
  const runtime = await install(machine.cacheDir, wheels);
  const names = ["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13"];
  assert.deepEqual(readdirSync(runtime).sort(), [...names].sort());
  assert.equal(readFileSync(join(runtime, "libcudart.so.13"), "utf8"), "lib/libcudart.so.13".repeat(1000));
  assert.deepEqual(
    fetchedRuntime(plugin, machine).map((path) => basename(path)),
    names,
  );
  assert.deepEqual(fetchedRuntime(plugin.replace("cuda-13", "cuda-12"), machine), []);
});

test("a wheel that is not the pinned one leaves earlier files", async (context) => {
  const { cacheDir } = machineIn(context);
  const runtimes = join(cacheDir, "devices", "runtimes");
  mkdirSync(join(runtimes, "cuda-13"), { recursive: true });
  writeFileSync(join(runtimes, "cuda-13", "libcudart.so.13"), "before");
  const other = wheels.map((wheel, at) => (at === 1 ? { ...wheel, wheelSha256: "0".repeat(64) } : wheel));
  await assert.rejects(
    install(cacheDir, other),
    (error) => error instanceof WheelError && error.fault.tag === "wrongHash",
  );
  assert.equal(readFileSync(join(runtimes, "cuda-13", "libcudart.so.13"), "utf8"), "before");
  assert.deepEqual(readdirSync(runtimes), ["cuda-13"]);
});

test("a runtime is known for each CUDA that can be fetched on Linux, and for nothing else", () => {
  const linux = { platform: "linux", arch: "x64", cacheDir: "/c" } as const;
  for (const name of ["cuda-13", "cuda-12", "1-cuda-13"])
    for (const wheel of runtimeWheels(name, linux)) {
      assert.match(wheel.wheelSha256, /^[0-9a-f]{64}$/);
      assert.ok(wheel.wheel.startsWith(`${wheel.package.replaceAll("-", "_")}-${wheel.version}-`));
    }
  assert.equal(runtimeWheels("cuda-13", linux).length, 2);
  assert.deepEqual(runtimeWheels("cuda-11", linux), []);
  assert.deepEqual(runtimeWheels("cuda-13", { ...linux, platform: "win32" }), []);
});
