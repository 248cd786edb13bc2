// A GPU whose memory other programs have filled: CUDA would end the process, so it is refused before it is opened.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "vitest";
import { describeFault } from "../../../../../core/base/index.ts";
import { chooseBackend, type ChooseOptions } from "../../../../../server/engine/devices/choose.ts";
import {
  CUDA_CONTEXT_BYTES,
  fullGpu,
  nvidiaGpus,
  visibleToCuda,
  type NvidiaGpu,
} from "../../../../../server/engine/devices/nvidiaMemory.ts";
import { surveyDevices } from "../../../../../server/engine/devices/survey.ts";
import { ENGINE_FAULTS, EngineError } from "../../../../../server/engine/errors.ts";
import { repositoryFolder, table, temporaryFolder } from "../../../../support/check.ts";

const GIGABYTE = 1e9;
const gpu = (uuid: string, freeBytes: number, name = "Card"): NvidiaGpu => ({
  name,
  uuid: `GPU-${uuid}`,
  freeBytes,
  totalBytes: 80 * GIGABYTE,
});
const free = gpu("aa11", 70 * GIGABYTE);
const full = gpu("bb22", CUDA_CONTEXT_BYTES - 1);
const other = gpu("bb33", 9 * GIGABYTE, "Older card");

table(
  "CUDA sees",
  [
    { name: "all GPUs by default", gpus: [free, full], env: {}, sees: [free, full] },
    { name: "none if all are hidden", gpus: [free], env: { CUDA_VISIBLE_DEVICES: "" }, sees: [] },
    {
      name: "those numbered",
      gpus: [free, full],
      env: { CUDA_VISIBLE_DEVICES: " 1 , 0" },
      sees: [full, free],
    },
    { name: "nothing after −1", gpus: [free, full], env: { CUDA_VISIBLE_DEVICES: "0,-1,1" }, sees: [free] },
    { name: "nothing after an unknown one", gpus: [free], env: { CUDA_VISIBLE_DEVICES: "7,0" }, sees: [] },
    { name: "those named", gpus: [free, other], env: { CUDA_VISIBLE_DEVICES: "GPU-bb33" }, sees: [other] },
    { name: "a shortened name", gpus: [free, full], env: { CUDA_VISIBLE_DEVICES: "GPU-bb" }, sees: [full] },
    {
      name: "unlike GPUs in an unknown order",
      gpus: [free, other],
      env: { CUDA_VISIBLE_DEVICES: "0" },
      sees: null,
    },
    {
      name: "unlike GPUs in the driver's order",
      gpus: [free, other],
      env: { CUDA_VISIBLE_DEVICES: "1", CUDA_DEVICE_ORDER: "PCI_BUS_ID" },
      sees: [other],
    },
    { name: "parts of a GPU", gpus: [free], env: { CUDA_VISIBLE_DEVICES: "MIG-17" }, sees: null },
  ],
  ({ gpus, env, sees }) => {
    assert.deepEqual(visibleToCuda(gpus, env), sees);
  },
);

test("a GPU is full below what CUDA's own context takes; unknown is not full", () => {
  assert.equal(fullGpu([free, full]), full);
  assert.equal(fullGpu([gpu("cc", CUDA_CONTEXT_BYTES)]), null);
  assert.equal(fullGpu([]), null);
  assert.equal(fullGpu(null), null);
});

test("a full GPU is refused with its figures, no trial is made, and nothing is kept", async (context) => {
  const options: ChooseOptions = {
    machine: { platform: "linux", arch: "x64", cacheDir: temporaryFolder(context) },
    program: join(repositoryFolder, "test", "fixtures", "trials", "misbehaving.mjs"),
    filesOf: (backend) => (backend === "cuda" ? [{ backend, way: "plugin", file: "/x/works" }] : []),
  };
  const filled = { ...options, nvidiaGpus: () => Promise.resolve([free, full]) };
  const says = "0.6 of 80.0 GB of Card are free, and CUDA needs 0.7 GB before any model";
  assert.deepEqual(await chooseBackend("auto", filled), {
    file: null,
    refused: [{ backend: "cuda", reason: says }],
  });
  const error: unknown = await chooseBackend("cuda", filled).catch((reason: unknown) => reason);
  assert.ok(error instanceof EngineError, String(error));
  const { message, nextStep } = describeFault(ENGINE_FAULTS, error.fault);
  assert.match(message, /0\.6 of 80\.0 GB of Card are free/);
  assert.match(nextStep, /nvidia-smi.*Or set the GPU to "auto" or "off"\.$/);
  const state = (await surveyDevices(filled)).backends[0]?.state;
  assert.match(state?.kind === "refused" ? state.nextStep : "", /nvidia-smi/);
  // Its memory is free again, or this process has its context already.
  const freed = { ...options, nvidiaGpus: () => Promise.resolve([free]) };
  assert.equal((await chooseBackend("auto", freed)).file?.backend, "cuda");
  const opened = { ...filled, isOpen: () => true };
  assert.equal((await chooseBackend("auto", opened)).file?.backend, "cuda");
  for (const again of [false, true])
    assert.equal((await surveyDevices({ ...opened, again })).backends[0]?.state.kind, "usable");
});

test("a trial is never made on a full GPU, by a process that has opened it either", async (context) => {
  const { backends } = await surveyDevices({
    machine: { platform: "linux", arch: "x64", cacheDir: temporaryFolder(context) },
    program: join(repositoryFolder, "test", "fixtures", "trials", "misbehaving.mjs"),
    filesOf: (backend) => (backend === "cuda" ? [{ backend, way: "plugin", file: "/x/works" }] : []),
    nvidiaGpus: () => Promise.resolve([full]),
    isOpen: () => true,
    onTrial: () => assert.fail("a trial was made"),
  });
  assert.equal(backends[0]?.state.kind, "refused");
});

test("without NVIDIA's driver, or where its library is none, nothing is known", async () => {
  assert.equal(await nvidiaGpus("darwin"), null);
  const gpus = await nvidiaGpus();
  // On a machine with the driver, what it lists.
  for (const { name, uuid, freeBytes, totalBytes } of gpus ?? []) {
    assert.match(`${name} ${uuid}`, /\S GPU-/);
    assert.ok(freeBytes <= totalBytes && totalBytes > 0, name);
  }
});
