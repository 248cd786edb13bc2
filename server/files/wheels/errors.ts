// What can go wrong when a file is fetched out of a Python package, as data.
import { FaultError, type FaultTable } from "../../../core/base/index.ts";
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
    message: (fault) => `Python 3.9 or later was not found (${fault.tried.join("; ")}).`,
    nextStep: "Install Python 3 with pip, or set LASER_PYTHON to it.",
  },
  noPip: {
    blame: "environment",
    message: (fault) => `${fault.python} has no pip.`,
    nextStep: "Install pip for it (on Debian and Ubuntu: apt install python3-pip).",
  },
  pipFailed: {
    blame: "environment",
    message: ({ requirement, output }) =>
      neverReached(output)
        ? `pip could not reach its package index to get ${requirement}.`
        : `pip could not get ${requirement}: ${lastWords(output)}.`,
    nextStep: ({ requirement, output }) =>
      neverReached(output)
        ? "Check the network (pip reads HTTPS_PROXY and PIP_INDEX_URL)."
        : `Check that "pip download ${requirement}" works.`,
  },
  wheelUnreadable: {
    blame: "environment",
    message: (fault) =>
      `${fault.member} could not be unpacked from ${fault.wheel}: ${lastWords(fault.output)}.`,
    nextStep: "Check the free space on the cache's disk and fetch again.",
  },
  wrongHash: {
    blame: "environment",
    message: (fault) =>
      `${fault.what} is not the expected file: its SHA-256 is ${fault.actual}, not ${fault.expected}. The file was discarded.`,
    nextStep: "Fetch again; if that doesn't help, a proxy or mirror changes the file: use another source.",
  },
};

/** Thrown by everything in server/files/wheels, beside FilesError and aborts. */
export class WheelError extends FaultError<WheelFault> {
  protected override get table() {
    return WHEEL_FAULTS;
  }
}
