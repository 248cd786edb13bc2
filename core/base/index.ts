// The door of core/base: what every folder may use. It imports nothing.
export { editDistance } from "./editDistance.ts";
export { FaultError, type Fault } from "./fault.ts";
export { messageOf } from "./messageOf.ts";
export type { Signal } from "./signal.ts";
export { unreachable } from "./unreachable.ts";
