// Trains the click models: a folder with the study's arrays, a Python program that reads it, and its result.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as Type from "typebox";
import { parse, type Parsed } from "../../core/base/index.ts";
import { asFilesError } from "../files/index.ts";
import {
  ensurePackages,
  findPython,
  installedPackages,
  runChild,
  type FetchHooks,
  type Python,
  type PythonPackages,
} from "../files/wheels/index.ts";
import { EvaluateError } from "./errors.ts";
import type { StudyData } from "./studyData.ts";

/** Next to this file in the sources, next to the bundle in dist/. */
const FOLDER = fileURLToPath(new URL("click_model", import.meta.url));

/** 4.6.0 needs only NumPy and SciPy; 205 MB measured on Linux. */
const LIGHTGBM: PythonPackages = {
  requirement: "lightgbm==4.6.0",
  requirementsPath: join(FOLDER, "requirements.txt"),
  bytes: 320_000_000,
  phase: "extract",
  message: "installing lightgbm 4.6.0 with NumPy and SciPy (click model, first use only)",
};
/** Each seed has its own process: libraries with threads in each of them would fight for the cores. */
const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
const FETCHED_MEGABYTES = 60;

const DifferenceSchema = Type.Object({
  of: Type.String(),
  against: Type.String(),
  mean: Type.Number(),
  low: Type.Number(),
  high: Type.Number(),
  detectable: Type.Number(),
});

/** A difference of AUC (mean over the seeds), its 95 % interval over users drawn again, the least detectable effect. */
export type AucDifference = Parsed<typeof DifferenceSchema>;

const ResultSchema = Type.Object({
  parameters: Type.Object({
    num_leaves: Type.Integer(),
    learning_rate: Type.Number(),
    min_child_samples: Type.Integer(),
  }),
  rows: Type.Object({
    past: Type.Integer(),
    train: Type.Integer(),
    validation: Type.Integer(),
    test: Type.Integer(),
  }),
  testUsers: Type.Integer(),
  testItems: Type.Integer(),
  testClicks: Type.Integer(),
  coldTestRows: Type.Integer(),
  arms: Type.Array(
    Type.Object({
      name: Type.String(),
      auc: Type.Number(),
      /** Standard deviation over the seeds; null for one seed. */
      seedDeviation: Type.Union([Type.Number(), Type.Null()]),
      coldAuc: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
  differences: Type.Array(DifferenceSchema),
  coldDifferences: Type.Array(DifferenceSchema),
});

export type StudyResult = Parsed<typeof ResultSchema>;

export interface StudyOptions {
  readonly seeds: number;
  /** How often users are drawn again for the intervals. */
  readonly resamples: number;
  /** Items with at most this many training rows are cold. */
  readonly coldRows: number;
}

/** A Python that can train the click models. */
export interface ClickModelPython {
  readonly python: Python;
  /** A folder with the packages; "-" if the interpreter has them itself. */
  readonly packages: string;
}

/**
 * @param install fetch missing packages
 * @throws EvaluateError clickModelMissing; WheelError noPython | noPip | pipFailed; FilesError; AbortError
 */
export async function clickModelPython(
  cacheDir: string,
  install: boolean,
  hooks: FetchHooks,
): Promise<ClickModelPython> {
  const python = await findPython(hooks, false);
  const root = join(cacheDir, "python");
  const installed = await installedPackages(python, root, LIGHTGBM);
  if (installed !== null) return { python, packages: installed };
  const own = await runChild(python.command, [...python.args, "-c", "import lightgbm, numpy"], {
    ...hooks,
    cwd: FOLDER,
  });
  if (own.exitCode === 0) return { python, packages: "-" };
  if (!install) {
    const { requirement } = LIGHTGBM;
    throw new EvaluateError({ tag: "clickModelMissing", requirement, megabytes: FETCHED_MEGABYTES });
  }
  const withPip = await findPython(hooks);
  return { python: withPip, packages: await ensurePackages(withPip, root, LIGHTGBM, hooks) };
}

/** Vectors of a study's items under one name. */
export interface Arm {
  readonly name: string;
  /** One per item, in the order of the study's items, all of one length. */
  readonly vectors: readonly Float32Array[];
  /** One per user, in the order of the study's users, as long as those of items; omitted: nothing is known about users. */
  readonly userVectors?: readonly Float32Array[];
}

/**
 * Trains a click model for each arm and seed. "strict" must be among the arms; "none" and "shuffled" are added.
 * @param onProgress called with trained and all models
 * @throws EvaluateError clickModelFailed; FilesError; the signal's AbortError
 */
export async function runClickModels(
  { python, packages }: ClickModelPython,
  data: StudyData,
  arms: readonly Arm[],
  options: StudyOptions,
  hooks: Pick<FetchHooks, "signal" | "env"> & { readonly onProgress: (done: number, all: number) => void },
): Promise<StudyResult> {
  const job = await mkdtemp(join(tmpdir(), "laser-evaluate-"));
  try {
    await writeJob(job, data, arms, options).catch((error: unknown) => {
      throw asFilesError(error, job);
    });
    const { exitCode, output } = await runChild(
      python.command,
      [...python.args, "-B", join(FOLDER, "main.py"), packages, job],
      {
        signal: hooks.signal,
        // Threads that wait for work would otherwise spin and take the core from those that have some.
        env: { ...hooks.env, OMP_WAIT_POLICY: "PASSIVE", ...ONE_THREAD },
        cwd: job,
        onLine: (line) => {
          const [done = 0, all = 0] = line.split(" ").map(Number);
          if (all > 0) hooks.onProgress(done, all);
        },
      },
    );
    const failed = new EvaluateError({ tag: "clickModelFailed", exitCode, output });
    if (exitCode !== 0) throw failed;
    const result = parse(ResultSchema, JSON.parse(await readFile(join(job, "result.json"), "utf8")));
    if (result === null) throw failed;
    return result;
  } finally {
    await rm(job, { recursive: true, force: true });
  }
}

async function writeJob(job: string, data: StudyData, arms: readonly Arm[], options: StudyOptions) {
  const bytes = (view: ArrayBufferView): Uint8Array =>
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const write = (name: string, view: ArrayBufferView): Promise<void> =>
    writeFile(join(job, name), bytes(view));
  await write("users.i32", data.users);
  await write("items.i32", data.itemOf);
  await write("labels.u8", data.labels);
  await write("times.f64", data.timesMs);
  await write("attributes.u8", data.attributeFlags);
  if (data.parts !== null) await write("parts.u8", data.parts);
  for (const [at, { vectors, userVectors }] of arms.entries()) {
    await write(`${at}.f32`, joined(vectors));
    if (userVectors !== undefined) await write(`${at}.users.f32`, joined(userVectors));
  }
  const asked = {
    items: data.items.length,
    users: data.userCount,
    dimensions: arms[0]?.vectors[0]?.length ?? 0,
    attributes: data.attributes.length,
    arms: arms.map(({ name }) => name),
    ...options,
  };
  await writeFile(join(job, "job.json"), JSON.stringify(asked));
}

/** Vectors one after another. */
function joined(vectors: readonly Float32Array[]): Float32Array {
  const dimensions = vectors[0]?.length ?? 0;
  const all = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, at) => {
    all.set(vector, at * dimensions);
  });
  return all;
}
