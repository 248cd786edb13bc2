// Back ends that abort, hang or compute nonsense, as processes that really do: what is reported, what is tried next and
// what is remembered.
import assert from "node:assert/strict";
import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "vitest";
import { describeFault } from "../../../../../core/base/index.ts";
import type { BackendFile, GpuBackend } from "../../../../../server/engine/devices/backends.ts";
import { chooseBackend, type ChooseOptions } from "../../../../../server/engine/devices/choose.ts";
import { surveyDevices } from "../../../../../server/engine/devices/survey.ts";
import { tryBackend } from "../../../../../server/engine/devices/trial.ts";
import { keepResult, keptResult } from "../../../../../server/engine/devices/trialCache.ts";
import { TRIAL_FAULTS, type TrialFault } from "../../../../../server/engine/devices/trialFaults.ts";
import { ENGINE_FAULTS, EngineError, type GpuChoice } from "../../../../../server/engine/errors.ts";
import { repositoryFolder, table, temporaryFolder } from "../../../../support/check.ts";

const program = join(repositoryFolder, "test", "fixtures", "trials", "misbehaving.mjs");
const never = new AbortController().signal;
const at = (file: string, backend: GpuBackend = "cuda"): BackendFile => ({ backend, way: "plugin", file });

interface TrialRow {
  /** The file's name: what its process does. */
  readonly name: string;
  readonly limitMs?: number;
  readonly tag: TrialFault["tag"];
  readonly says: RegExp;
  readonly next?: RegExp;
}

table(
  "trial",
  [
    {
      name: "aborts",
      tag: "trialCrashed",
      says: /CUDA ended its process \(SIGABRT\): CUDA error: the provided PTX was compiled with an unsupported/,
    },
    { name: "hangs", limitMs: 400, tag: "trialTimedOut", says: /did not end within 0 s/ },
    { name: "exits", tag: "trialCrashed", says: /exit code 3/ },
    { name: "garbles", tag: "trialGarbled", says: /"devices":\[\]/ },
    { name: "fails", tag: "trialFailed", says: /device lost/ },
    { name: "deviceless", tag: "noDevice", says: /found no device/ },
    {
      name: "unloadable",
      tag: "notLoaded",
      says: /libcudart\.so\.13: cannot open/,
      next: /Install the runtime of CUDA 13/,
    },
    { name: "miscomputes", tag: "wrongLogits", says: /wrong numbers/ },
  ] satisfies readonly TrialRow[],
  async ({ name, limitMs, tag, says, next = /laser devices --again/ }: TrialRow) => {
    const options = { modelPath: "/any.gguf", signal: never, program };
    const outcome = await tryBackend(at(`/x/${name}`), { ...options, ...(limitMs && { limitMs }) });
    assert.equal(outcome.kind, "refused");
    const { fault } = outcome as { fault: TrialFault };
    assert.equal(fault.tag, tag);
    const text = describeFault(TRIAL_FAULTS, fault);
    assert.match(text.message, says);
    assert.match(text.nextStep, next);
  },
);

test("a trial that is stopped ends with its process, for the given reason", async () => {
  const controller = new AbortController();
  const trial = tryBackend(at("/x/hangs"), { modelPath: "/any", signal: controller.signal, program });
  controller.abort(new Error("enough"));
  await assert.rejects(trial, /enough/);
});

test("a program that is missing is a refusal, not a crash", async () => {
  const outcome = await tryBackend(at("/x/works"), { modelPath: "/any", signal: never, program: "/no/such" });
  assert.equal(outcome.kind, "refused");
});

table(
  "a kept trial",
  [
    { name: "that hung counts for an hour", tag: "trialTimedOut", afterMs: 3_599_000, isKept: true },
    { name: "that hung is made again after it", tag: "trialTimedOut", afterMs: 3_601_000, isKept: false },
    { name: "that aborted stays", tag: "trialCrashed", afterMs: 1e12, isKept: true },
  ] as const,
  async ({ tag, afterMs, isKept }, context) => {
    const machine = { platform: "linux", arch: "x64", cacheDir: temporaryFolder(context) } as const;
    const fault = { tag, backend: "cuda", limitMs: 1, reason: "", output: "" } as unknown as TrialFault;
    const triedAt = "2026-01-01T00:00:00.000Z";
    await keepResult(at("/x/a"), machine, { triedAt, trialMs: 1, outcome: { kind: "refused", fault } });
    const found = await keptResult(at("/x/a"), machine, Date.parse(triedAt) + afterMs);
    assert.equal(found !== null, isKept);
  },
);

/** A machine whose back ends do what their files' names say; counts the processes. */
function machineWith(context: TestContext, files: Partial<Record<GpuBackend, readonly string[]>>) {
  const folder = temporaryFolder(context);
  const counts = join(folder, "tried");
  process.env.TRIAL_COUNT_FILE = counts;
  context.onTestFinished(() => {
    delete process.env.TRIAL_COUNT_FILE;
  });
  const made = new Map<string, string>();
  for (const name of Object.values(files).flat()) {
    const path = join(folder, name);
    writeFileSync(path, "a back end");
    made.set(name, path);
  }
  const lines: string[] = [];
  const options: ChooseOptions = {
    machine: { platform: "linux", arch: "x64", cacheDir: folder },
    program,
    limitMs: 5_000,
    filesOf: (backend) => (files[backend] ?? []).map((name) => at(made.get(name)!, backend)),
    log: (line) => lines.push(line),
  };
  return {
    options,
    lines,
    path: (name: string): string => made.get(name)!,
    tried: (): string[] => (existsSync(counts) ? readFileSync(counts, "utf8").trim().split("\n") : []),
  };
}

interface DeviceRow {
  readonly name: string;
  readonly files: Partial<Record<GpuBackend, readonly string[]>>;
  readonly device: string;
  readonly gpu?: GpuChoice;
  /** The back end, or what the refusal says. */
  readonly takes: GpuBackend | RegExp;
}

const two = { cuda: ["twoCards"], vulkan: ["integrated"] };
table(
  "a device",
  [
    { name: "by number, in the first back end that works", files: two, device: "1", takes: "cuda" },
    { name: "by name, in any case", files: two, device: "cuda1", takes: "cuda" },
    { name: "by name, in a later back end", files: two, device: "Vulkan1", takes: "vulkan" },
    { name: "by number, in the back end named", files: two, device: "1", gpu: "vulkan", takes: "vulkan" },
    {
      name: "a number that only a later back end has",
      files: { cuda: ["works"], vulkan: ["integrated"] },
      device: "1",
      takes: /no usable GPU called "1" here\. Choose one of: 0 \(CUDA0, Card\)\.$/,
    },
    {
      name: "a name that no device has",
      files: two,
      device: "CUDA2",
      takes:
        /Choose one of: 0 \(CUDA0, Card\); 1 \(CUDA1, Card\); 0 \(Vulkan0, Card\); 1 \(Vulkan1, Graphics\)/,
    },
    {
      name: "a name of another back end than asked",
      files: two,
      device: "CUDA0",
      gpu: "vulkan",
      takes: /Vulkan0/,
    },
    { name: "no GPU", files: { cuda: ["aborts"] }, device: "0", takes: /no GPU can be used here/ },
  ] satisfies readonly DeviceRow[],
  async ({ files, device, gpu = "auto", takes }: DeviceRow, context) => {
    const { options } = machineWith(context, files);
    const chosen = chooseBackend(gpu, { ...options, device });
    if (typeof takes === "string") {
      assert.equal((await chosen).file?.backend, takes);
      return;
    }
    const error: unknown = await chosen.catch((reason: unknown) => reason);
    assert.ok(error instanceof EngineError && error.fault.tag === "deviceUnknown", String(error));
    const { message, nextStep } = describeFault(ENGINE_FAULTS, error.fault);
    assert.match(`${message} ${nextStep}`, takes);
  },
);

test("no device is looked for if the GPU is off", async () => {
  assert.deepEqual(await chooseBackend("off", { device: "7" }), { file: null, refused: [] });
});

interface ChoiceRow {
  readonly name: string;
  readonly files: Partial<Record<GpuBackend, readonly string[]>>;
  /** Base name of the file taken; null: the CPU. */
  readonly takes: string | null;
  readonly tried: readonly string[];
  readonly refused: readonly GpuBackend[];
}

table(
  "auto",
  [
    { name: "nothing installed: no process", files: {}, takes: null, tried: [], refused: [] },
    {
      name: "the first that works",
      files: { cuda: ["works"] },
      takes: "works",
      tried: ["works"],
      refused: [],
    },
    {
      name: "the next file of the same back end",
      files: { cuda: ["aborts", "works"] },
      takes: "works",
      tried: ["aborts", "works"],
      refused: [],
    },
    {
      name: "the next back end",
      files: { cuda: ["aborts", "unloadable"], vulkan: ["works"] },
      takes: "works",
      tried: ["aborts", "unloadable", "works"],
      refused: ["cuda"],
    },
    {
      name: "the CPU when all are refused",
      files: { cuda: ["exits"], vulkan: ["garbles"] },
      takes: null,
      tried: ["exits", "garbles"],
      refused: ["cuda", "vulkan"],
    },
    {
      name: "no device: other files of that back end would find none either, and nothing is wrong",
      files: { vulkan: ["deviceless", "works"] },
      takes: null,
      tried: ["deviceless"],
      refused: [],
    },
  ] satisfies readonly ChoiceRow[],
  async ({ files, takes, tried, refused }: ChoiceRow, context) => {
    const machine = machineWith(context, files);
    const choice = await chooseBackend("auto", machine.options);
    assert.equal(choice.file?.file ?? null, takes === null ? null : machine.path(takes));
    assert.deepEqual(machine.tried(), tried);
    assert.deepEqual(
      choice.refused.map(({ backend }) => backend),
      refused,
    );
    // One line for each file that was refused.
    assert.equal(machine.lines.length, tried.filter((name) => name !== "works").length);
  },
);

test("off tries nothing, whatever is installed", async (context) => {
  const machine = machineWith(context, { cuda: ["works"] });
  assert.deepEqual(await chooseBackend("off", machine.options), { file: null, refused: [] });
  assert.deepEqual(machine.tried(), []);
});

interface WantedRow {
  readonly name: string;
  readonly files: readonly string[];
  readonly reason: RegExp;
}

table(
  "a back end that was requested and fails",
  [
    { name: "not installed", files: [], reason: /laser devices --install cuda/ },
    { name: "aborts", files: ["aborts"], reason: /unsupported toolchain/ },
    {
      name: "what the second file said is more telling",
      files: ["unloadable", "fails"],
      reason: /device lost/,
    },
  ] satisfies readonly WantedRow[],
  async ({ files, reason }: WantedRow, context) => {
    const machine = machineWith(context, { cuda: files });
    await assert.rejects(chooseBackend("cuda", machine.options), (error) => {
      assert.ok(error instanceof EngineError && error.fault.tag === "gpuUnavailable");
      assert.match(error.fault.reason, reason);
      return true;
    });
  },
);

test("a back end that does not exist on this platform is refused by name", async (context) => {
  const { options } = machineWith(context, {});
  await assert.rejects(chooseBackend("metal", options), (error) => {
    assert.ok(error instanceof EngineError && error.fault.tag === "gpuUnavailable");
    assert.match(error.fault.reason, /Metal does not exist for linux on x64/);
    return true;
  });
});

interface MemoryRow {
  readonly name: string;
  readonly change: (path: string, cacheFolder: string) => void;
  readonly again?: boolean;
  /** How many processes two choices start. */
  readonly trials: number;
}

const replaceFile = (path: string): void => {
  writeFileSync(path, "another back end");
};
const touchFile = (path: string): void => {
  utimesSync(path, 1, 1);
};
table(
  "a result is kept",
  [
    { name: "while nothing changes", change: () => undefined, trials: 1 },
    {
      name: "until the file is replaced",
      change: replaceFile,
      trials: 2,
    },
    { name: "until the file is touched", change: touchFile, trials: 2 },
    {
      name: "until other devices are visible",
      change: () => (process.env.CUDA_VISIBLE_DEVICES = "1"),
      trials: 2,
    },
    { name: "until it is tried again", change: () => undefined, again: true, trials: 2 },
  ] satisfies readonly MemoryRow[],
  async ({ change, again = false, trials }: MemoryRow, context) => {
    context.onTestFinished(() => {
      delete process.env.CUDA_VISIBLE_DEVICES;
    });
    const machine = machineWith(context, { cuda: ["fails"] });
    await chooseBackend("auto", machine.options);
    change(machine.path("fails"), machine.options.machine!.cacheDir);
    const second = await chooseBackend("auto", { ...machine.options, again });
    assert.equal(machine.tried().length, trials);
    assert.match(second.refused[0]!.reason, /device lost/);
  },
);

test("a cache that can't be written costs a trial at each start, never the run", async (context) => {
  const machine = machineWith(context, { vulkan: ["works"] });
  const file = join(machine.options.machine!.cacheDir, "no-folder");
  writeFileSync(file, "");
  const options = { ...machine.options, machine: { ...machine.options.machine!, cacheDir: file } };
  assert.equal((await chooseBackend("auto", options)).file?.backend, "vulkan");
  assert.equal((await chooseBackend("auto", options)).file?.backend, "vulkan");
  assert.equal(machine.tried().length, 2);
  assert.ok(machine.lines.every((line) => line.includes("could not be kept")));
});

test("the list has a state for every back end of the platform, and what auto takes", async (context) => {
  const { options } = machineWith(context, { cuda: ["aborts"], vulkan: ["works"] });
  const { backends, chosen, offers } = await surveyDevices(options);
  assert.deepEqual(
    backends.map(({ backend, state }) => `${backend} ${state.kind}`),
    ["cuda refused", "vulkan usable"],
  );
  assert.equal(chosen, "vulkan");
  assert.deepEqual(
    offers.map(({ id }) => id),
    ["cuda-13", "cuda-12"],
  );
});
