// What can go wrong while a back end is fetched and unpacked, as data.
import { FILES_FAULTS, type FilesFault } from "../../../files/index.ts";
import { FaultError, type FaultTable } from "../../../../core/base/index.ts";

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

const MIRROR = "a proxy or mirror changes the file: set npm_config_registry to another registry.";

export const INSTALL_FAULTS: FaultTable<InstallFault> = {
  ...FILES_FAULTS,
  unknownInstall: {
    blame: "input",
    message: ({ wanted, known }) =>
      known.length === 0
        ? `Nothing can be installed for this machine: CUDA exists for 64-bit Linux and Windows on Intel and AMD.`
        : `No back end to install is called "${wanted}".`,
    nextStep: ({ known }) =>
      known.length === 0
        ? 'Run "laser devices" for what this machine has.'
        : `Choose one of: ${known.join(", ")}.`,
  },
  libraryVersion: {
    blame: "environment",
    message: ({ found, expected }) =>
      `The installed node-llama-cpp is ${found}; the back ends that are known belong to ${expected}.`,
    nextStep: "Install LASER Inspector again, so that its parts fit each other.",
  },
  registryUnreachable: {
    blame: "environment",
    message: ({ host, reason }) => `${host} could not be reached: ${reason}.`,
    nextStep: "Check the network. npm_config_registry selects a mirror of the registry.",
  },
  registryStalled: {
    blame: "environment",
    message: ({ host, idleMs }) => `${host} sent nothing for ${Math.round(idleMs / 1000)} s.`,
    nextStep: "Try again.",
  },
  registryRefused: {
    blame: "environment",
    message: ({ url, status }) => `The registry answered ${url} with status ${status}.`,
    nextStep: "Try again later, or set npm_config_registry to another registry.",
  },
  registryGarbled: {
    blame: "environment",
    message: ({ url, reason }) => `What the registry says at ${url} can't be used: ${reason}.`,
    nextStep: "Set npm_config_registry to another registry.",
  },
  wrongIntegrity: {
    blame: "environment",
    message: ({ what, expected, actual }) =>
      `${what} is not the expected file: its integrity is ${actual}, not ${expected}. It was discarded.`,
    nextStep: `Try again; if that doesn't help, ${MIRROR}`,
  },
  packageTooLarge: {
    blame: "environment",
    message: ({ what, limitBytes }) =>
      `${what} is larger than the ${Math.ceil(limitBytes / 1e6)} MB that it can have. It was discarded.`,
    nextStep: `Try again; if that doesn't help, ${MIRROR}`,
  },
  archiveBroken: {
    blame: "environment",
    message: ({ what, reason }) => `${what} can't be unpacked: ${reason}. It was discarded.`,
    nextStep: `Try again; if that doesn't help, ${MIRROR}`,
  },
};

/** Thrown while a back end is fetched, checked or unpacked. */
export class InstallError extends FaultError<InstallFault> {
  protected override get table() {
    return INSTALL_FAULTS;
  }
}
