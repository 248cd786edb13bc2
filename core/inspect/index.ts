// Public interface of inspect/: questions about a recorded trace. Pure: a trace and a question in, an answer
// as values out.
export { CSV_COLUMNS, stepsCsv } from "./exports/csv.ts";
export { TOKEN_CSV_COLUMNS, tokensCsv } from "./exports/tokensCsv.ts";
export { laneOf, speedUp, type Lane, type SpeedUp } from "./lanes.ts";
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
export { promptKeyOf, sweepOf, type SweepPoint } from "./sweep.ts";
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
export { isMatch, parseQuery, type Query } from "./query/query.ts";
export { completionsOf, QUERY_HELP, quoted, termAt, type KnownNames } from "./query/queryHelp.ts";
export { queryTokensOf, type QueryToken } from "./query/queryToken.ts";
export { REPORT_NOTE, REPORT_TRACE_ID, reportHtml, type ReportParts } from "./exports/report.ts";
export { escapeHtml, staticPageHtml } from "./exports/staticPage.ts";
export { selectionOf, serialiseSelection } from "./exports/selection.ts";
export { budgetCurve, suggest, type CurvePoint } from "./whatIf/suggest.ts";
export { whatIf, type Divergence, type Flip, type WhatIf } from "./whatIf/whatIf.ts";
export { alignAnswers, type Segment, type TokenRange } from "./compare/align.ts";
export { answerPieces } from "./compare/answerText.ts";
export {
  answerTokenAt,
  compareAnswers,
  type AnswerDivergence,
  type AnswerToken,
  type Comparison,
} from "./compare/compare.ts";
export {
  compareFigures,
  type FigureCell,
  type FigureName,
  type FigureRelation,
  type FigureRow,
} from "./compare/compareFigures.ts";
export { finishWords, unlikeConditions } from "./compare/conditions.ts";
