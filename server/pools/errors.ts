// What can be wrong with a pool of earlier answers. Texts live in server/protocol/errors/pools.ts.
import { FaultError } from "../laser/index.ts";

export type PoolFault =
  | { readonly tag: "poolFileMissing"; readonly path: string }
  | { readonly tag: "poolFileUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "poolLineInvalid"; readonly path: string; readonly line: number; readonly reason: string }
  | { readonly tag: "poolEmpty"; readonly path: string };

export class PoolError extends FaultError<PoolFault> {}
