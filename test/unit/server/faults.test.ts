// Every fault of every folder: it has a text, a next step and somebody to blame, and so an exit code of the command line.
import assert from "node:assert/strict";
import { blameOf, describeError, FaultError, type Fault } from "../../../core/base/index.ts";
import { GrammarError } from "../../../core/grammar/errors.ts";
import { ConstraintError } from "../../../core/laser/constraint.ts";
import { DecodeError } from "../../../core/laser/errors.ts";
import { PromptError } from "../../../core/prompts/errors.ts";
import { TraceError } from "../../../core/trace/errors.ts";
import { BatchError } from "../../../server/batch/errors.ts";
import { BenchError } from "../../../server/bench/errors.ts";
import { CliError } from "../../../server/cli/errors.ts";
import { DataError } from "../../../server/data/errors.ts";
import { EvaluateError } from "../../../server/evaluate/errors.ts";
import { EngineError } from "../../../server/engine/errors.ts";
import { InstallError } from "../../../server/engine/devices/install/errors.ts";
import { ModelError } from "../../../server/engine/models/errors.ts";
import { FilesError } from "../../../server/files/errors.ts";
import { TextFileError } from "../../../server/files/text/errors.ts";
import { WheelError } from "../../../server/files/wheels/errors.ts";
import { ServerError } from "../../../server/lsp/errors.ts";
import { PoolError } from "../../../server/pools/errors.ts";
import { WorkerError } from "../../../server/worker/errors.ts";
import { table } from "../../support/check.ts";
import {
  text,
  CONSTRAINT,
  GRAMMAR,
  DECODE,
  EVALUATE,
  PROMPTS,
  TRACE,
  FILES,
  ENGINE,
  MODELS,
  INSTALL,
  TEXT_FILES,
  WHEELS,
  DATA,
  POOLS,
  BENCH,
  CLI,
  BATCH,
  WORKER,
  SERVER,
  type Samples,
} from "./faultSamples.ts";

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
const PASSED_ON = ["poolLinesRefused", "traceFileRefused", "promptFileRefused", "workerRefused"];

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
/** Faults of these classes that are caused by the program's environment. */
const ENVIRONMENT_TAGS = ["reportPageMissing", "dataSetNotWritten"];
const INPUT_TAGS = [
  "outputExists",
  "outputNotARun",
  "outputOfOtherRun",
  "journalOfOtherRun",
  "outputBusy",
  "lanesUnavailable",
  "deviceUnknown",
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
  "groupUnknown",
  "unknownSource",
  "continueOtherModel",
  "continueNothingLeft",
  "continueEnded",
  "costsInvalid",
  "knowledgeLineInvalid",
  "armInvalid",
  "strictMissing",
  "tooFewItems",
  "userArmsDiffer",
  "splitMissing",
  "targetDiffers",
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
