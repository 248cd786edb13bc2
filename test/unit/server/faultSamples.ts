// Faults of files, models and engines with all that they can hold: a new tag fails to compile until it is here.
import type { Fault } from "../../../core/base/index.ts";
import type { EngineFault } from "../../../server/engine/errors.ts";
import type { InstallFault } from "../../../server/engine/devices/install/errors.ts";
import type { ModelFault } from "../../../server/engine/models/errors.ts";
import type { FilesFault } from "../../../server/files/errors.ts";

/** What the faults of a union hold besides their tags. */
export type Samples<F extends Fault> = { readonly [One in F as One["tag"]]: Omit<One, "tag"> };

export const path = "/some/file";
export const reason = "R";
export const output = ["ERROR: it broke."];

export const FILES: Samples<FilesFault> = {
  noSpace: { path, neededBytes: 2e6, freeBytes: 1e6 },
  noPermission: { path },
  fileMissing: { path },
  notAFile: { path, what: "a folder" },
  fileHasOtherNames: { path, others: 1 },
  noHome: {},
  lockLost: { path },
  lockStuck: { path },
  fileFailed: { path, reason },
};

export const ENGINE: Samples<EngineFault> = {
  modelFileMissing: { path },
  modelFileUnreadable: { path, reason },
  modelFileEmpty: { path },
  modelFileNotGguf: { path, kind: "webPage" },
  modelBigEndian: { path },
  modelVersionUnknown: { path, version: 1 },
  modelFileTruncated: { path, bytes: 5, neededBytes: 9 },
  modelHeadUnreadable: { path, reason },
  modelPartMissing: { path, part: 2, parts: 3, missing: "m-00002-of-00003.gguf" },
  modelPartChosen: { path, part: 2, parts: 3, first: "m-00001-of-00003.gguf" },
  modelPartsDisagree: { path, reason },
  modelWithoutVocabulary: { path },
  modelNotForText: { path, purpose: "adapter" },
  modelRecurrent: { path, architecture: "mamba" },
  modelLoadFailed: { path, reason },
  memoryTooSmall: { path, contextTokens: 4096, reason },
  contextTooLarge: {
    path,
    contextTokens: 1_000_000,
    neededBytes: 23e9,
    availableBytes: 22e9,
    reservedBytes: 1e9,
    largestTokens: 900_000,
  },
  gpuUnavailable: { wanted: "cuda", reason },
  engineUnavailable: { reason },
  engineChoiceUnknown: { value: "fast", known: ["auto", "native"] },
  directEngineUnavailable: { reason },
  lanesUnavailable: { lanes: 300, reason: "1 to 255 are possible" },
  evaluationFailed: { reason },
  contextOverflow: { keptTokens: 60, newTokens: 8, contextTokens: 64 },
  scriptedCrash: { evaluation: 3 },
};

export const MODELS: Samples<ModelFault> = {
  ...FILES,
  unknownModel: { id: "m", known: ["a", "b"] },
  unknownSource: { source: "s", known: ["a", "b"] },
  modelNotFetched: { id: "m", path },
  modelDamaged: { id: "m", path, expectedSha256: "aa", actualSha256: "bb" },
  noPython: { tried: ["python3: not found"] },
  noPip: { python: "python3" },
  pipFailed: { requirement: "gguf", exitCode: 1, output },
  wheelUnreadable: { wheel: "w.whl", member: "m.gguf", output },
  wrongHash: { what: "m.gguf", expected: "aa", actual: "bb" },
  wrongSize: { what: "m.gguf", expectedBytes: 2, actualBytes: 1 },
  hubNameInvalid: { name: "a/b/c" },
  hubNoModel: { repo: "a/b", quantisation: "Q4_0", known: ["x.gguf"] },
  hubNotFound: { url: "https://hub.invalid/m" },
  hubForbidden: { url: "https://hub.invalid/m", status: 401, tokenSent: false },
  hubRefused: { url: "https://hub.invalid/m", status: 500 },
  hubUnchecked: { url: "https://hub.invalid/m" },
  hubUnreachable: { host: "hub.invalid", reason },
  hubStalled: { host: "hub.invalid", idleMs: 30_000 },
  conversionFailed: { to: "Q4_0", cause: "converter", output },
  noSource: {
    id: "m",
    failures: [
      { source: "hub", fault: { tag: "hubUnreachable", host: "hub.invalid", reason } },
      { source: "pypi", fault: { tag: "noPip", python: "python3" } },
    ],
  },
};

export const INSTALL: Samples<InstallFault> = {
  ...FILES,
  unknownInstall: { wanted: "rocm", known: ["cuda"] },
  libraryVersion: { found: "3.0.0", expected: "3.22.1" },
  registryUnreachable: { host: "host", reason },
  registryStalled: { host: "host", idleMs: 30_000 },
  registryRefused: { url: "url", status: 500 },
  registryGarbled: { url: "url", reason },
  wrongIntegrity: { what: "it", expected: "sha512-a", actual: "sha512-b" },
  packageTooLarge: { what: "it", limitBytes: 5e6 },
  archiveBroken: { what: "it", reason },
};
