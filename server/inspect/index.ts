// The door of inspect/: questions asked of a recorded trace. Pure: a trace and a question in, an answer as values out.
// It must not know how a trace is recorded or read, nor how an answer is shown.
export { laneOf, speedUp, type Lane, type LaneMark, type SpeedUp } from "./lanes.ts";
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
export { whatIf, type Divergence, type Flip, type WhatIf } from "./whatIf.ts";
