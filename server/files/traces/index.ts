// The public API of server/files/traces: trace files read and written in either form, plain or compact.
export { TRACE_NOT_KEPT } from "./errors.ts";
export { formOfFile, readTraceFile, traceText, traceTextParts } from "./read.ts";
export { writeTraceFile } from "./write.ts";
