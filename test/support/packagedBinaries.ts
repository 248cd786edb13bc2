// Where npm put the llama.cpp binaries of this platform.
import { join } from "node:path";
import { repositoryFolder } from "./check.ts";

const SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: "mac", win32: "win" };

export function packagedBinaries(): string {
  const system = `${SYSTEMS[process.platform] ?? "linux"}-${process.arch}`;
  const name = system === "mac-arm64" ? "mac-arm64-metal" : system;
  return join(repositoryFolder, "node_modules", "@node-llama-cpp", name, "bins", name);
}
