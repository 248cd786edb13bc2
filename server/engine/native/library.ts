// Finds the llama.cpp files that node-llama-cpp has loaded into this process, so that the very same files are called
// directly. The library doesn't say which of its packages it chose; the process knows what it has loaded.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../../../core/base/index.ts";

/** The compiled part of node-llama-cpp, which is beside the files that it is linked to. */
const ADDON = "llama-addon.node";
const METADATA = "_nlcBuildMetadata.json";
/** E.g. libllama.v0.5.0.so, libllama.vulkan.v0.5.0.so, llama.v0.5.0.dll; not libllama-common.so. */
const LLAMA = /^(lib)?llama(\.[\w-]+)*\.(so|dylib|dll)$/;

/** E.g. libggml-base.so and libggml.v0.5.0.so; not libggml-cpu-haswell.so. */
const GGML = /^(lib)?ggml(-base)?(\.[\w-]+)*\.(so|dylib|dll)$/;

/** The file of libllama, or why it was not found. */
export type FoundLibrary = { readonly file: string } | { readonly reason: string };

/** The libllama in use by a node-llama-cpp instance with this GPU. */
export function findLibrary(gpu: string | false): FoundLibrary {
  const folders = loadedFiles()
    .filter((file) => basename(file) === ADDON)
    .map((file) => dirname(file));
  // A process that has tried several back ends has several loaded.
  const matching = folders.length > 1 ? folders.filter((folder) => builtFor(folder) === gpu) : folders;
  const [folder] = matching;
  if (folder === undefined || matching.length > 1)
    return { reason: `${matching.length} folders of llama.cpp are loaded` };
  return libraryIn(folder);
}

/** The libllama in a folder of binaries. */
export function libraryIn(folder: string): FoundLibrary {
  try {
    const files = readdirSync(folder).filter((name) => LLAMA.test(name));
    if (files.length !== 1) return { reason: `its folder has ${files.length} files of libllama` };
    return { file: join(folder, files[0]!) };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

/** ggml's own files beside libllama. @throws Error if the folder can't be read */
export function ggmlBeside(libllama: string): readonly string[] {
  const folder = dirname(libllama);
  return readdirSync(folder)
    .filter((name) => GGML.test(name))
    .map((name) => join(folder, name));
}

function loadedFiles(): readonly string[] {
  // Without this, the report looks up names of network peers.
  Object.assign(process.report, { excludeNetwork: true });
  const { sharedObjects } = process.report.getReport() as { readonly sharedObjects?: readonly string[] };
  return sharedObjects ?? [];
}

/** The GPU that a folder's binaries were built for; undefined if it doesn't say. */
function builtFor(folder: string): unknown {
  try {
    const metadata = JSON.parse(readFileSync(join(folder, METADATA), "utf8")) as {
      readonly buildOptions?: { readonly gpu?: unknown };
    };
    return metadata.buildOptions?.gpu;
  } catch {
    return undefined;
  }
}
