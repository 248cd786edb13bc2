// Public interface of inspect/: questions about a recorded trace. Pure: a trace and a question in, an answer
// as values out.
export { CSV_COLUMNS, stepsCsv } from "./csv.ts";
export type { CsvColumn } from "./csvCell.ts";
export { TOKEN_CSV_COLUMNS, tokensCsv } from "./tokensCsv.ts";
export { laneOf, speedUp, type Lane, type LaneMark, type SpeedUp } from "./lanes.ts";
export {
  LoopReader,
  loopOf,
  loopWords,
  measuredLoopOf,
  type AnswerLoop,
  type MeasuredLoop,
} from "./answerLoop.ts";
export {
  copiedTokens,
  jsonStanding,
  relaxedChanges,
  wordsInCommon,
  type Copied,
  type RelaxedChange,
  type Share,
} from "./quality.ts";
export { promptKeyOf, sweepOf, type SweepPoint, type SweptText } from "./sweep.ts";
export { acceptanceByPlace, type PlaceCounts } from "./places.ts";
export {
  natsOverTokens,
  overTime,
  ranges,
  stepEndsMs,
  stepMs,
  timeSplit,
  type Bucket,
  type NatsPoint,
  type TimePart,
  type TimeShare,
} from "./series.ts";
export { isMatch, parseQuery, type ParsedQuery, type Query } from "./query.ts";
export { completionsOf, QUERY_HELP, quoted, termAt, type KnownNames, type QueryHelp } from "./queryHelp.ts";
export type { QueryFault } from "./queryScan.ts";
export { queryTokensOf, type QueryNames, type QueryToken } from "./queryToken.ts";
export { REPORT_NOTE, REPORT_TRACE_ID, reportHtml, type ReportParts } from "./report.ts";
export { escapeHtml, staticPageHtml, type StaticPage } from "./staticPage.ts";
export { selectionOf, serialiseSelection, type TraceSelection } from "./selection.ts";
export { budgetCurve, suggest, type CurvePoint } from "./suggest.ts";
export { whatIf, type Divergence, type Flip, type WhatIf } from "./whatIf.ts";
export { alignAnswers, type Segment, type TokenRange } from "./align.ts";
export { answerPieces } from "./answerText.ts";
export {
  answerTokenAt,
  compareAnswers,
  type AnswerDivergence,
  type AnswerToken,
  type Comparison,
} from "./compare.ts";
export {
  compareFigures,
  type FigureCell,
  type FigureName,
  type FigureRelation,
  type FigureRow,
} from "./compareFigures.ts";
export { finishWords, unlikeConditions, type UnlikeCondition } from "./conditions.ts";
