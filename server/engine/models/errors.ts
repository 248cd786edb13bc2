// What can go wrong with model files and their sources, as data. The texts are in server/protocol/errors.
import { asFilesError, errorCode, FilesError, type FilesFault } from "../../files/index.ts";
import { FaultError } from "../../../core/base/index.ts";
import type { SourceKind } from "./source.ts";

/** Sizes are in bytes, hashes are SHA-256 in hex. */
export type ModelFault =
  | FilesFault
  | { readonly tag: "unknownModel"; readonly id: string; readonly known: readonly string[] }
  | { readonly tag: "unknownSource"; readonly source: string; readonly known: readonly string[] }
  | { readonly tag: "modelNotFetched"; readonly id: string; readonly path: string }
  /** A cached file has changed since it was stored. */
  | {
      readonly tag: "modelDamaged";
      readonly id: string;
      readonly path: string;
      readonly expectedSha256: string;
      readonly actualSha256: string;
    }
  /** No usable Python 3; `tried` lists the commands tried, each with what was found instead. */
  | { readonly tag: "noPython"; readonly tried: readonly string[] }
  | { readonly tag: "noPip"; readonly python: string }
  /** `output`: the last lines of pip's output. */
  | {
      readonly tag: "pipFailed";
      readonly requirement: string;
      readonly exitCode: number | null;
      readonly output: readonly string[];
    }
  | {
      readonly tag: "wheelUnreadable";
      readonly wheel: string;
      readonly member: string;
      readonly output: readonly string[];
    }
  /** The downloaded file is not the pinned or announced one. It was deleted. */
  | { readonly tag: "wrongHash"; readonly what: string; readonly expected: string; readonly actual: string }
  | {
      readonly tag: "wrongSize";
      readonly what: string;
      readonly expectedBytes: number;
      readonly actualBytes: number;
    }
  | { readonly tag: "hubNotFound"; readonly url: string }
  | {
      readonly tag: "hubForbidden";
      readonly url: string;
      readonly status: number;
      readonly tokenSent: boolean;
    }
  | { readonly tag: "hubRefused"; readonly url: string; readonly status: number }
  /** The hub gives no SHA-256, so the file could not be checked. */
  | { readonly tag: "hubUnchecked"; readonly url: string }
  | { readonly tag: "hubUnreachable"; readonly host: string; readonly reason: string }
  | { readonly tag: "hubStalled"; readonly host: string; readonly idleMs: number }
  /**
   * `cause`: the tag of the fault that stopped it, or "converter" for the converter itself; `output`: its last lines.
   */
  | {
      readonly tag: "conversionFailed";
      readonly to: string;
      readonly cause: string;
      readonly output: readonly string[];
    }
  /** Every source failed; one entry for each, in the order tried. */
  | { readonly tag: "noSource"; readonly id: string; readonly failures: readonly SourceFailure[] };

/** Why one source of a model failed. */
export interface SourceFailure {
  readonly source: SourceKind;
  readonly fault: ModelFault;
}

/** Thrown by the public functions of this folder; aborts pass through. */
export class ModelError extends FaultError<ModelFault> {}

/** Runs `work` and turns errors of files and folders into ModelErrors. Aborts pass through: they are not failures. */
export async function withModelErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FilesError) throw new ModelError(error.fault, { cause: error });
    // The error of a plain system call has a path.
    if (errorCode(error) !== undefined && error instanceof Error && "path" in error) {
      const known = asFilesError(error, String(error.path));
      if (known instanceof FilesError) throw new ModelError(known.fault, { cause: error });
    }
    throw error;
  }
}

export type { FilesFault };
