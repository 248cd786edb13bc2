// A sample of every fault, by its tag: what it holds besides the tag.
import type { Fault } from "../../../core/base/index.ts";
import type { GrammarFault } from "../../../core/grammar/errors.ts";
import type { ConstraintFault } from "../../../core/laser/constraint.ts";
import type { DecodeFault } from "../../../core/laser/errors.ts";
import type { PromptFault } from "../../../core/prompts/errors.ts";
import type { TraceFault } from "../../../core/trace/errors.ts";
import type { BatchFault } from "../../../server/batch/errors.ts";
import type { BenchFault } from "../../../server/bench/errors.ts";
import type { CliFault } from "../../../server/cli/errors.ts";
import type { DataFault } from "../../../server/data/errors.ts";
import type { EvaluateFault } from "../../../server/evaluate/errors.ts";
import type { EngineFault } from "../../../server/engine/errors.ts";
import type { InstallFault } from "../../../server/engine/devices/install/errors.ts";
import type { ModelFault } from "../../../server/engine/models/errors.ts";
import type { FilesFault } from "../../../server/files/errors.ts";
import type { TextFileFault } from "../../../server/files/text/errors.ts";
import type { WheelFault } from "../../../server/files/wheels/errors.ts";
import type { ServerFault } from "../../../server/lsp/errors.ts";
import type { PoolFault } from "../../../server/pools/errors.ts";
import type { WorkerFault } from "../../../server/worker/errors.ts";

/** What the faults of a union hold besides their tags: a new tag fails to compile until it is here. */
export type Samples<F extends Fault> = { readonly [One in F as One["tag"]]: Omit<One, "tag"> };

const path = "/some/file";
const reason = "R";
const output = ["ERROR: it broke."];
export const text = { code: "other", message: "The thing broke.", nextStep: "Try again." };

export const CONSTRAINT: Samples<ConstraintFault> = {
  noTokenAllowed: { position: 12 },
  inheritedTokenRefused: { position: 12 },
};
export const GRAMMAR: Samples<GrammarFault> = {
  grammarInvalid: { line: 1, column: 2, reason: '")" was expected' },
  leftRecursion: { rule: "list" },
  nothingMatches: { subject: "grammar" },
  grammarTooLarge: { bound: "states", limit: 50_000 },
  schemaNotJson: { reason: "it ends too early" },
  schemaInvalid: { place: "#/type", reason: '"strong" is not a type' },
  schemaUnsupported: { place: "#", what: '"not"' },
  schemaAndGrammar: {},
};
export const DECODE: Samples<DecodeFault> = {
  promptEmpty: {},
  tokenOutsideVocabulary: { token: 9, place: 2, vocabularySize: 8 },
  contextTooSmall: { promptTokens: 60, maxTokens: 10, contextTokens: 64 },
};

export const EVALUATE: Samples<EvaluateFault> = {
  knowledgeLineInvalid: { path, line: 3, reason },
  armInvalid: { given: "strict=", reason },
  userArmsDiffer: { users: ["strict"], items: ["strict", "relaxed"] },
  splitMissing: { path },
  targetDiffers: { path, id: "item-7" },
  strictMissing: { names: [] },
  tooFewItems: { items: 3, needed: 50 },
  tooFewClicks: { clicks: 3, rows: 900 },
  timesMissing: { path },
  clickModelMissing: { requirement: "package==1.0", megabytes: 60 },
  clickModelFailed: { exitCode: null, output },
};

export const PROMPTS: Samples<PromptFault> = {
  promptInvalid: { problems: [] },
  variableMissing: { name: "a", line: 3 },
  variableUnknown: { name: "c", known: ["a"] },
  renderFailed: { role: "user", line: 0, reason },
  promptEmpty: {},
  templateMissing: {},
  templateInvalid: { reason, file: path },
  templateRefused: { reason, refusesSystem: true, file: null },
  templateFailed: { reason, file: null },
};

export const TRACE: Samples<TraceFault> = {
  traceNotUnpacked: { isCut: true },
  traceTooLong: { mostBytes: 2e6 },
  traceNotJson: { offset: 3, line: 1, column: 4, isCut: false },
  traceNotATrace: {},
  traceVersionUnknown: { version: "3" },
  traceInvalid: { path, expected: "a number", found: "a text" },
  traceInconsistent: { identity: "a = b", broken: 3 },
};

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
  gpuUnavailable: { wanted: "cuda", reason, advice: null },
  deviceUnknown: { wanted: "CUDA7", known: ["0 (CUDA0, NVIDIA H200)"] },
  kvTypeNotChoosable: { wanted: "q8_0", reason: "node-llama-cpp evaluates it" },
  deviceNotChoosable: { wanted: "1", reason },
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
  unknownModel: { near: null, id: "m", known: ["a", "b"] },
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
  hubInsecure: { host: "mirror.invalid" },
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

export const TEXT_FILES: Samples<TextFileFault> = {
  textNotUtf8: { path, line: 3, byte: "0xe9" },
  textWide: { path, encoding: "UTF-16" },
  textPacked: { path, format: "zip" },
  textForeign: { path, what: "a PDF" },
  textNotUnpacked: { path, reason },
  textTooLong: { path, mostBytes: 2 ** 32 },
  textLineTooLong: { path, line: 2, mostBytes: 100 },
};

export const WHEELS: Samples<WheelFault> = {
  noPython: { tried: ["python3: not found"] },
  noPip: { python: "python3" },
  pipFailed: { requirement: "a==1", exitCode: 1, output },
  wheelUnreadable: { wheel: path, member: "a/b", output },
  wrongHash: { what: "a==1", expected: "e", actual: "a" },
};

export const DATA: Samples<DataFault> = {
  dataFormatUnknown: { path, reason },
  dataFileMissing: { path, format: "csv", file: "u.data" },
  dataHeaderInvalid: { path, reason },
  dataColumnMissing: { path, column: "user", known: ["uid"] },
  dataMapInvalid: { map: "user", reason },
  dataOptionUnused: { option: "--map", format: "recbole" },
  parquetUnreadable: { path, reason },
  dataSetEmpty: { path, read: 1, badRows: 2 },
  dataTooMany: { what: "users", most: 9 },
  dataOutTaken: { path },
  dataSetUnknown: { path, reason },
  dataSetVersion: { path, version: 2, known: 1 },
  dataSetDamaged: { path, reason },
  dataSetNotWritten: { path, reason },
  dataIdMissing: { path, known: ["name"] },
  dataNoRecords: { path, reason },
};

export const POOLS: Samples<PoolFault> = {
  poolFileMissing: { path },
  poolFileUnreadable: { path, reason },
  poolLineInvalid: { path, line: 3, reason, further: [5, 9], isMixed: true },
  poolEmpty: { path },
  poolTooLarge: { path, mostUnits: 2 ** 29 },
  poolFileDamaged: { path, reason },
  poolFileIsText: { path },
  nothingToForget: { path, reason },
  poolFileVersion: { path, version: 2, supported: 1 },
  groupsFileMissing: { path: "groups.json" },
  groupsFileDamaged: { path: "groups.json", reason: "it is not JSON" },
  groupDataInvalid: { path: "ratings.csv", line: 3, reason: "it has one column" },
  poolFrozen: { path },
  poolEntryUnknown: { path, entry: 7 },
  poolKeyUnknown: { path, key: "k" },
  poolOtherTokenizer: { path, model: "small" },
};

export const BENCH: Samples<BenchFault> = {
  recordingsMissing: { path },
  recordingsUnreadable: { path, reason },
  recordingsEmpty: { path },
  recordingInvalid: { path, line: 2, field: "out[3]", reason },
  noTests: { path, answers: 5, poolAnswers: 5 },
  tooFewTests: { path, asked: 9, left: 4 },
  replayStrategyUnknown: { name: "x", known: ["a", "b"] },
  groupModeUnknown: { name: "firm", known: ["global", "hard", "soft"] },
  replayStrategyTwice: { name: "x" },
  vocabularyTooSmall: { words: 9, vocabularySize: 8 },
  tooFewAnswers: { path, answers: 1, needed: 2 },
  ablationTooFewAnswers: { path, answers: 5, tests: 4, poolAnswers: null },
  ablatedUnknown: { name: "x", known: ["groups", "shape"] },
  noDraftedTraces: { traces: 2 },
};

export const CLI: Samples<CliFault> = {
  optionInvalid: { option: "--seed", value: "x", reason },
  promptMissing: {},
  modelsUnreadable: { path: "/models", reason: "there is nothing there" },
  valuesFileInvalid: { path, reason },
  promptFileMissing: { path },
  notConfirmed: { what: "Install X" },
  promptFileUnreadable: { path, reason },
  promptFileUndecodable: { path, reason },
  promptFileNotText: { path, reason },
  stdinEmpty: {},
  tracePathUnusable: { path, reason },
  traceFileMissing: { path },
  traceFileUnreadable: { path, reason },
  traceFileRefused: { path, text },
  poolLinesRefused: { text },
  outputPathUnusable: { path, reason },
  outputExists: { path, option: "--out" },
  reportPageMissing: { path },
  promptFileRefused: { path, text },
};

export const BATCH: Samples<BatchFault> = {
  outputExists: { path, answers: 3 },
  outputNotARun: { path, missing: "its journal is missing" },
  outputOfOtherRun: { path, differences: ["strategy is laser, and was plain"] },
  journalOfOtherRun: { path: "answers.jsonl", journal: "answers.jsonl.journal" },
  outputBusy: { path, pid: 7, host: "here" },
  outputDamaged: { path, line: 3, reason },
  outputDiskFull: { path, rows: 3 },
  tooManyFailures: { path, failures: 3 },
  engineKeepsFailing: { path, rows: 3, reason: "It broke." },
};

export const WORKER: Samples<WorkerFault> = {
  protocolVersion: { clientVersion: 2, workerVersion: 1 },
  helloMissing: { request: "load" },
  notJson: { begins: "{", reason },
  badRequest: { field: "id", reason: "must be a number" },
  busy: { running: 4 },
  lanesBusy: { lanes: 4 },
  groupUnknown: { group: "a", groups: path },
  noModel: {},
  chatTemplateUnreadable: { path, reason },
  stopped: { request: "load" },
  ending: { request: "load" },
  continueOtherModel: { recorded: "a", loaded: "b" },
  continueNothingLeft: { inheritedTokens: 8, maxTokens: 8 },
  continueEnded: {},
  scriptUnreadable: { path, reason },
  costsInvalid: { path },
  noChannel: {},
};

export const SERVER: Samples<ServerFault> = {
  methodsVersion: { client: "2", server: 1 },
  untrusted: { action: "run" },
  paramsInvalid: { method: "laser/run", reason },
  workerMissing: { path },
  workerStartFailed: { reason },
  workerSilent: { waitedMs: 20_000 },
  workerVersion: { worker: 2, server: 1 },
  workerEnded: { end: { code: null, signal: "SIGKILL", lastLine: "bye" } },
  workerGarbage: { sample: "?" },
  workerDown: { crashes: 5, windowMs: 180_000, last: text },
  workerRefused: { text },
  serverClosing: {},
};
