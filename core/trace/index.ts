// Public interface of trace/: the *.lasertrace format, reading, writing, recording, figures and words. Pure:
// no file, clock or setting. The webview uses it too.
export {
  TraceAssembler,
  type NamedEntries,
  type NamedTokens,
  type TraceEnd,
  type TraceHeader,
} from "./assemble.ts";
export { TraceError, type TraceFault } from "./errors.ts";
export {
  countedText,
  formatProbability,
  noDraftReason,
  noDraftSentence,
  probabilityFigure,
  probabilityWords,
  shareWords,
  verdictSentence,
  type ProbabilityInterval,
} from "./words/explain.ts";
export { reproducibleWords } from "./words/reproducible.ts";
export { followsTiming, timingWords } from "./words/timing.ts";
export { withoutAddress } from "./shared.ts";
export {
  formOfBytes,
  formOfName,
  formToWrite,
  MAX_TRACE_BYTES,
  runFileName,
  runOfFileName,
  timeOfFileName,
  TRACE_ENDINGS,
  withoutTraceEnding,
  type TraceForm,
} from "./fileNames.ts";
export { heldTokens } from "./heldTokens.ts";
export { checkIdentities } from "./checks/identities.ts";
export { idsOfStep } from "./checks/ids.ts";
export {
  addCounts,
  committedClassOf,
  committedOf,
  countSteps,
  firstTokenMs,
  keptOf,
  natsGivenUpBy,
  NO_STEPS,
  traceMetrics,
  withRates,
  type StepCounts,
  type TraceMetrics,
} from "./metrics.ts";
export { METRIC_DEFINITIONS, type MetricDefinition } from "./words/metricTable.ts";
export { modelName } from "./words/modelName.ts";
export { originOfRun, originWords, standingTokens } from "./words/origin.ts";
export { checkTrace, parseTrace } from "./read.ts";
export { TraceRecorder, type NamedEntry, type RecordedStep, type TraceNames } from "./record.ts";
export { skippedLinesWords } from "./words/skippedLines.ts";
export { routeWords } from "./words/route.ts";
export { GuardsSchema, ParentSchema, RuleSchema, SamplingSchema } from "./schema/ruleSchema.ts";
export { schemaJson, TRACE_FORMAT, TRACE_VERSION } from "./schema/schema.ts";
export { heldToWords } from "./words/heldTo.ts";
export { isTooDeep, parseJson } from "./json.ts";
export { stepReader } from "./fill.ts";
export { StopText } from "./stops.ts";
export {
  endsText,
  inheritedOf,
  inheritedText,
  pieces,
  piecesOf,
  tokenText,
  wholeAnswer,
  type Piece,
} from "./text.ts";
export {
  candidatesOf,
  insteadSentence,
  originOf,
  ownStanding,
  standingIn,
  tokenKind,
  tokenSentence,
  type Candidate,
} from "./words/tokenFacts.ts";
export {
  branchTo,
  childrenOf,
  committedPlaces,
  depthFirst,
  depthOf,
  depthsOf,
  isChainDraft,
  parentOf,
  rowIndexOf,
} from "./tree.ts";
export type * from "./types.ts";
export { oneLineText, spokenText, terminalText, visibleText, withoutUnseen } from "./words/visibleText.ts";
export { layOutDocument, serialiseTrace } from "./write.ts";
export { Utf8Stream } from "./utf8.ts";
