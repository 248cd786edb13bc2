// Every fault of every folder: it has a text, a next step and somebody to blame, and so an exit code of the command line.
import assert from "node:assert/strict";
import { blameOf, describeError, FaultError, type Fault } from "../../../core/base/index.ts";
import { GrammarError, type GrammarFault } from "../../../core/grammar/errors.ts";
import { ConstraintError, type ConstraintFault } from "../../../core/laser/constraint.ts";
import { DecodeError, type DecodeFault } from "../../../core/laser/errors.ts";
import { PromptError, type PromptFault } from "../../../core/prompts/errors.ts";
import { TraceError, type TraceFault } from "../../../core/trace/errors.ts";
import { BatchError, type BatchFault } from "../../../server/batch/errors.ts";
import { BenchError, type BenchFault } from "../../../server/bench/errors.ts";
import { CliError, type CliFault } from "../../../server/cli/errors.ts";
import { DataError, type DataFault } from "../../../server/data/errors.ts";
import { EvaluateError, type EvaluateFault } from "../../../server/evaluate/errors.ts";
import { EngineError } from "../../../server/engine/errors.ts";
import { InstallError } from "../../../server/engine/devices/install/errors.ts";
import { ModelError } from "../../../server/engine/models/errors.ts";
import { FilesError } from "../../../server/files/errors.ts";
import { TextFileError, type TextFileFault } from "../../../server/files/text/errors.ts";
import { WheelError, type WheelFault } from "../../../server/files/wheels/errors.ts";
import { ServerError, type ServerFault } from "../../../server/lsp/errors.ts";
import { PoolError, type PoolFault } from "../../../server/pools/errors.ts";
import { WorkerError, type WorkerFault } from "../../../server/worker/errors.ts";
import { table } from "../../support/check.ts";
import { ENGINE, FILES, INSTALL, MODELS, output, path, reason, type Samples } from "./faultSamples.ts";

const text = { code: "other", message: "The thing broke.", nextStep: "Try again." };

const CONSTRAINT: Samples<ConstraintFault> = {
  noTokenAllowed: { position: 12 },
  inheritedTokenRefused: { position: 12 },
};
const GRAMMAR: Samples<GrammarFault> = {
  grammarInvalid: { line: 1, column: 2, reason: '")" was expected' },
  leftRecursion: { rule: "list" },
  nothingMatches: { subject: "grammar" },
  grammarTooLarge: { bound: "states", limit: 50_000 },
  schemaNotJson: { reason: "it ends too early" },
  schemaInvalid: { place: "#/type", reason: '"strong" is not a type' },
  schemaUnsupported: { place: "#", what: '"not"' },
  schemaAndGrammar: {},
};
const DECODE: Samples<DecodeFault> = {
  promptEmpty: {},
  tokenOutsideVocabulary: { token: 9, place: 2, vocabularySize: 8 },
  contextTooSmall: { promptTokens: 60, maxTokens: 10, contextTokens: 64 },
};

const EVALUATE: Samples<EvaluateFault> = {
  knowledgeLineInvalid: { path, line: 3, reason },
  armInvalid: { given: "strict=", reason },
  strictMissing: { names: [] },
  tooFewItems: { items: 3, needed: 50 },
  tooFewClicks: { clicks: 3, rows: 900 },
  timesMissing: { path },
  clickModelMissing: { requirement: "package==1.0", megabytes: 60 },
  clickModelFailed: { exitCode: null, output },
};

const PROMPTS: Samples<PromptFault> = {
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

const TRACE: Samples<TraceFault> = {
  traceNotUnpacked: { isCut: true },
  traceTooLong: { mostBytes: 2e6 },
  traceNotJson: { offset: 3, line: 1, column: 4, isCut: false },
  traceNotATrace: {},
  traceVersionUnknown: { version: "3" },
  traceInvalid: { path, expected: "a number", found: "a text" },
  traceInconsistent: { identity: "a = b", broken: 3 },
};

const TEXT_FILES: Samples<TextFileFault> = {
  textNotUtf8: { path, line: 3, byte: "0xe9" },
  textUtf16: { path },
  textPacked: { path, format: "zip" },
  textForeign: { path, what: "a PDF" },
  textNotUnpacked: { path, reason },
  textTooLong: { path, mostBytes: 2 ** 32 },
  textLineTooLong: { path, line: 2, mostBytes: 100 },
};

const WHEELS: Samples<WheelFault> = {
  noPython: { tried: ["python3: not found"] },
  noPip: { python: "python3" },
  pipFailed: { requirement: "a==1", exitCode: 1, output },
  wheelUnreadable: { wheel: path, member: "a/b", output },
  wrongHash: { what: "a==1", expected: "e", actual: "a" },
};

const DATA: Samples<DataFault> = {
  dataFormatUnknown: { path, reason },
  dataFileMissing: { path, format: "csv", file: "u.data" },
  dataHeaderInvalid: { path, reason },
  dataColumnMissing: { path, column: "user", known: ["uid"] },
  dataIdMissing: { path, known: ["name"] },
  dataNoRecords: { path, reason },
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
};

const POOLS: Samples<PoolFault> = {
  poolFileMissing: { path },
  poolFileUnreadable: { path, reason },
  poolLineInvalid: { path, line: 3, reason },
  poolEmpty: { path },
  poolTooLarge: { path, mostUnits: 2 ** 29 },
  poolFileDamaged: { path, reason },
  poolFileVersion: { path, version: 2, supported: 1 },
  groupsFileMissing: { path: "groups.json" },
  groupsFileDamaged: { path: "groups.json", reason: "it is not JSON" },
  groupDataInvalid: { path: "ratings.csv", line: 3, reason: "it has one column" },
  poolKeyUnknown: { path, key: "k" },
  poolOtherTokenizer: { path, model: "small" },
};

const BENCH: Samples<BenchFault> = {
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
};

const CLI: Samples<CliFault> = {
  optionInvalid: { option: "--seed", value: "x", reason },
  promptMissing: {},
  valuesFileInvalid: { path, reason },
  promptFileMissing: { path },
  notConfirmed: { what: "Install X" },
  promptFileUnreadable: { path, reason },
  tracePathUnusable: { path, reason },
  traceFileMissing: { path },
  traceFileUnreadable: { path, reason },
  traceFileRefused: { path, text },
  outputPathUnusable: { path, reason },
  reportPageMissing: { path },
  promptFileRefused: { path, text },
};

const BATCH: Samples<BatchFault> = {
  outputExists: { path, answers: 3 },
  outputNotARun: { path, missing: "its journal is missing" },
  outputOfOtherRun: { path, differences: ["strategy is laser, and was plain"] },
  outputBusy: { path, pid: 7, host: "here" },
  outputDamaged: { path, line: 3, reason },
  outputDiskFull: { path, rows: 3 },
  tooManyFailures: { path, failures: 3 },
  engineKeepsFailing: { path, rows: 3, reason: "It broke." },
};

const WORKER: Samples<WorkerFault> = {
  protocolVersion: { clientVersion: 2, workerVersion: 1 },
  helloMissing: { request: "load" },
  notJson: { begins: "{", reason },
  badRequest: { field: "id", reason: "must be a number" },
  busy: { running: 4 },
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

const SERVER: Samples<ServerFault> = {
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
  workerSaid: { text },
  serverClosing: {},
};

/** Every sample as the error that its folder throws. */
function errorsOf<F extends Fault>(kind: new (fault: F) => FaultError<F>, samples: Samples<F>) {
  return Object.entries<object>(samples).map(([tag, fields]) => ({
    name: `${kind.name} ${tag}`,
    tag,
    error: new kind({ ...fields, tag } as unknown as F),
  }));
}

const ALL = [
  ...errorsOf(DecodeError, DECODE),
  ...errorsOf(ConstraintError, CONSTRAINT),
  ...errorsOf(GrammarError, GRAMMAR),
  ...errorsOf(PromptError, PROMPTS),
  ...errorsOf(TraceError, TRACE),
  ...errorsOf(FilesError, FILES),
  ...errorsOf(EngineError, ENGINE),
  ...errorsOf(InstallError, INSTALL),
  ...errorsOf(ModelError, MODELS),
  ...errorsOf(PoolError, POOLS),
  ...errorsOf(TextFileError, TEXT_FILES),
  ...errorsOf(WheelError, WHEELS),
  ...errorsOf(DataError, DATA),
  ...errorsOf(BenchError, BENCH),
  ...errorsOf(EvaluateError, EVALUATE),
  ...errorsOf(CliError, CLI),
  ...errorsOf(BatchError, BATCH),
  ...errorsOf(WorkerError, WORKER),
  ...errorsOf(ServerError, SERVER),
];

/** These pass on the text of another error, with its code. */
const PASSED_ON = ["traceFileRefused", "promptFileRefused", "workerSaid"];

/** These classes are raised only for what the user gave, before anything starts. */
const INPUT_CLASSES = [
  DecodeError,
  ConstraintError,
  GrammarError,
  PromptError,
  TraceError,
  PoolError,
  BenchError,
  CliError,
  TextFileError,
  DataError,
];
/** Faults of these classes that lie in what surrounds the program. */
const ENVIRONMENT_TAGS = ["reportPageMissing", "dataSetNotWritten"];
const INPUT_TAGS = [
  "outputExists",
  "outputNotARun",
  "outputOfOtherRun",
  "outputBusy",
  "lanesUnavailable",
  "fileMissing",
  "notAFile",
  "fileHasOtherNames",
  "modelFileMissing",
  "modelFileUnreadable",
  "modelFileEmpty",
  "modelFileNotGguf",
  "modelFileTruncated",
  "modelHeadUnreadable",
  "modelBigEndian",
  "modelVersionUnknown",
  "modelPartMissing",
  "modelPartChosen",
  "modelPartsDisagree",
  "modelNotForText",
  "modelWithoutVocabulary",
  "modelRecurrent",
  "unknownInstall",
  "engineChoiceUnknown",
  "unknownModel",
  "hubNameInvalid",
  "hubNoModel",
  "chatTemplateUnreadable",
  "unknownSource",
  "continueOtherModel",
  "continueNothingLeft",
  "continueEnded",
  "costsInvalid",
  "knowledgeLineInvalid",
  "armInvalid",
  "strictMissing",
  "tooFewItems",
  "tooFewClicks",
  "timesMissing",
];

table("fault", ALL, ({ tag, error }) => {
  const { code, message, nextStep } = describeError(error);
  assert.equal(code, PASSED_ON.includes(tag) ? text.code : tag);
  for (const words of [message, nextStep]) {
    assert.match(words, /^\S[^]{8,}\S$/);
    assert.doesNotMatch(words, /undefined|NaN|\[object|\.\./);
  }
  const isOfClass = INPUT_CLASSES.some((kind) => error instanceof kind) && !ENVIRONMENT_TAGS.includes(tag);
  const isInput = INPUT_TAGS.includes(tag) || isOfClass;
  assert.equal(blameOf(error) === "input", isInput, "exit code 2");
});

table(
  "no fault",
  [
    { name: "an error", error: new Error("it broke"), message: /^Error: it broke\n/ },
    { name: "a thrown text", error: "it broke", message: /^it broke$/ },
  ],
  ({ error, message }) => {
    const described = describeError(error);
    assert.equal(described.code, "unexpected");
    assert.match(described.message, message);
    assert.match(described.nextStep, /bug in LASER Inspector/);
    assert.equal(blameOf(error), "bug");
  },
);
