// The door of inspect/: questions asked of a recorded trace. Pure: a trace and a question in, an answer as values out.
// It must not know how a trace is recorded or read, nor how an answer is shown.
export { whatIf, type Divergence, type Flip, type WhatIf } from "./whatIf.ts";
