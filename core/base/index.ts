// The door of core/base: what every folder may use. It imports no other folder.
export { editDistance } from "./editDistance.ts";
export { FaultError, type Fault } from "./fault.ts";
export { messageOf } from "./messageOf.ts";
export { parse, parseParts, type Frozen, type Parsed } from "./parse.ts";
export type { Signal } from "./signal.ts";
export { unreachable } from "./unreachable.ts";
