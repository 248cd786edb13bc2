// What can go wrong while a back end is fetched and unpacked, as data.
import { FILES_FAULTS, type FilesFault } from "../../../files/index.ts";
import { FaultError, type FaultTable, t } from "../../../../core/base/index.ts";

export type InstallFault =
  | FilesFault
  | { readonly tag: "unknownInstall"; readonly wanted: string; readonly known: readonly string[] }
  /** Another version of the library was installed than this table was written for. */
  | { readonly tag: "libraryVersion"; readonly found: string; readonly expected: string }
  | { readonly tag: "registryUnreachable"; readonly host: string; readonly reason: string }
  | { readonly tag: "registryStalled"; readonly host: string; readonly idleMs: number }
  | { readonly tag: "registryRefused"; readonly url: string; readonly status: number }
  /** The registry's description of the package can't be used. */
  | { readonly tag: "registryGarbled"; readonly url: string; readonly reason: string }
  /** The hash of what arrived, or of what the registry describes, is not the expected one. */
  | {
      readonly tag: "wrongIntegrity";
      readonly what: string;
      readonly expected: string;
      readonly actual: string;
    }
  /** More bytes than the package can have; nothing was kept. */
  | { readonly tag: "packageTooLarge"; readonly what: string; readonly limitBytes: number }
  | { readonly tag: "archiveBroken"; readonly what: string; readonly reason: string };

const MIRROR = t("a proxy or mirror changes the file: set npm_config_registry to another registry.");

export const INSTALL_FAULTS: FaultTable<InstallFault> = {
  ...FILES_FAULTS,
  unknownInstall: {
    blame: "input",
    message: ({ wanted, known }) =>
      known.length === 0
        ? t(
            `Nothing can be installed for this machine: CUDA exists for 64-bit Linux and Windows on Intel and AMD.`,
          )
        : t('There is no back end called "{0}" to install.', wanted),
    nextStep: ({ known }) =>
      known.length === 0
        ? t('Run "laser devices" for what this machine has.')
        : t("Choose one of: {0}.", known.join(", ")),
  },
  libraryVersion: {
    blame: "environment",
    message: ({ found, expected }) =>
      t("The installed node-llama-cpp is {0}; the back ends that are known belong to {1}.", found, expected),
    nextStep: t("Install LASER Inspector again, so that its parts fit each other."),
  },
  registryUnreachable: {
    blame: "environment",
    message: ({ host, reason }) => t("{0} could not be reached: {1}.", host, reason),
    nextStep: t("Check the network. npm_config_registry selects a mirror of the registry."),
  },
  registryStalled: {
    blame: "environment",
    message: ({ host, idleMs }) => t("{0} sent nothing for {1} s.", host, Math.round(idleMs / 1000)),
    nextStep: t("Try again."),
  },
  registryRefused: {
    blame: "environment",
    message: ({ url, status }) => t("The registry answered {0} with status {1}.", url, status),
    nextStep: t("Try again later, or set npm_config_registry to another registry."),
  },
  registryGarbled: {
    blame: "environment",
    message: ({ url, reason }) => t("The registry's answer at {0} can't be used: {1}.", url, reason),
    nextStep: t("Set npm_config_registry to another registry."),
  },
  wrongIntegrity: {
    blame: "environment",
    message: ({ what, expected, actual }) =>
      t(
        "{0} is not the expected file: its integrity is {1}, not {2}. It was discarded.",
        what,
        actual,
        expected,
      ),
    nextStep: t("Try again; if that doesn't help, {0}", MIRROR),
  },
  packageTooLarge: {
    blame: "environment",
    message: ({ what, limitBytes }) =>
      t(
        "{0} is larger than the {1} MB that it can have. It was discarded.",
        what,
        Math.ceil(limitBytes / 1e6),
      ),
    nextStep: t("Try again; if that doesn't help, {0}", MIRROR),
  },
  archiveBroken: {
    blame: "environment",
    message: ({ what, reason }) => t("{0} can't be unpacked: {1}. It was discarded.", what, reason),
    nextStep: t("Try again; if that doesn't help, {0}", MIRROR),
  },
};

/** Thrown while a back end is fetched, checked or unpacked. */
export class InstallError extends FaultError<InstallFault> {
  protected override get table() {
    return INSTALL_FAULTS;
  }
}
