// The door of core/base: what every folder may use. It imports nothing.
export { blameOf, describeError } from "./describeError.ts";
export type { ErrorText } from "./errorText.ts";
export {
  describeFault,
  FaultError,
  type Blame,
  type Fault,
  type FaultEntry,
  type FaultTable,
} from "./fault.ts";
export { messageOf } from "./messageOf.ts";
export type { Signal } from "./signal.ts";
export { unreachable } from "./unreachable.ts";
