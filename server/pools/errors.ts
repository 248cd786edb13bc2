// Faults of pools of earlier answers. Their texts are in server/protocol/errors/pools.ts.
import { FaultError } from "../../core/base/index.ts";

export type PoolFault =
  | { readonly tag: "poolFileMissing"; readonly path: string }
  | { readonly tag: "poolFileUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "poolLineInvalid"; readonly path: string; readonly line: number; readonly reason: string }
  | { readonly tag: "poolEmpty"; readonly path: string }
  | { readonly tag: "poolFileDamaged"; readonly path: string; readonly reason: string }
  | {
      readonly tag: "poolFileVersion";
      readonly path: string;
      readonly version: number;
      readonly supported: number;
    }
  /** No entry of the pool file has exactly this key. */
  | { readonly tag: "poolKeyUnknown"; readonly path: string; readonly key: string }
  /** `model` is the one whose tokens are in the pool. */
  | { readonly tag: "poolOtherTokenizer"; readonly path: string; readonly model: string };

export class PoolError extends FaultError<PoolFault> {}
