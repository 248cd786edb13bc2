// Finds the GGUF files of folders, a few levels deep, and says of each whether it can be loaded, or why not. Heads are read,
// no weights and no library.
import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { describeFault } from "../../../core/base/index.ts";
import { errorCode } from "../../files/index.ts";
import { thisMachine } from "../devices/choose.ts";
import { ENGINE_FAULTS, EngineError } from "../errors.ts";
import { examineModel } from "../gguf/examine.ts";
import { numberAt } from "../gguf/metadata.ts";
import { partNameOf, partPath } from "../gguf/parts.ts";
import { isHybrid } from "../gguf/purpose.ts";
import { quantisationOf } from "../gguf/weights.ts";
import { ollamaModels, type AppFolder, type ModelApp } from "./appFolders.ts";
import { fitOf, machineRoom, type FitOptions, type MachineRoom, type ModelFit } from "./fit.ts";

const DEEPEST = 4;
const MAX_FILES = 200;

/** A GGUF file, or a split model by its first part. */
export interface FoundModel {
  readonly path: string;
  /** Of all parts, if they could be read; null for a file that is missing, as behind a link to nowhere. */
  readonly bytes: number | null;
  readonly parts: number;
  /** E.g. "llama"; null if the file can't be loaded. */
  readonly architecture: string | null;
  /** E.g. "Q4_K_M"; null if unknown. */
  readonly quantisation: string | null;
  /** The longest text that the model was made for; null if unknown. */
  readonly contextTokens: number | null;
  /** Whether taking tokens back makes the model evaluate again. */
  readonly isHybrid: boolean;
  /** The program whose folder it is in, and its name there; null for a folder of the user's. */
  readonly of: { readonly app: ModelApp; readonly name: string } | null;
  /** Null if it can't be loaded, or was not asked for. */
  readonly fit: ModelFit | null;
  /** Why it can't be loaded, in a sentence that names the file without its folder; null if it can. */
  readonly problem: string | null;
}

/**
 * Sorted by path; unreadable folders are skipped, and a file instead of a folder is described.
 * @throws the signal's reason
 */
export async function findModelFiles(
  folders: readonly string[],
  signal?: AbortSignal,
  fitting: Fitting | null = null,
): Promise<readonly FoundModel[]> {
  const files: string[] = [];
  for (const folder of folders) {
    const isFile = await stat(folder).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) files.push(folder);
    else await search(folder, 0, files);
  }
  const found: FoundModel[] = [];
  for (const file of files.sort()) {
    signal?.throwIfAborted();
    found.push(await describe(file, signal, fitting));
  }
  return found;
}

export interface FindOptions {
  /** Folders of other programs, which come after `folders`; none if omitted. */
  readonly apps?: readonly AppFolder[];
  /** How each is to be loaded if it fits. Omitted: not asked for. */
  readonly fitFor?: FitOptions | undefined;
  readonly signal?: AbortSignal;
}

/** As `findModelFiles`, with the files of other programs and whether each fits this machine. */
export async function findModels(
  folders: readonly string[],
  { apps = [], fitFor, signal }: FindOptions,
): Promise<readonly FoundModel[]> {
  const fitting = await fittingOf(fitFor);
  const own = await findModelFiles(folders, signal, fitting);
  const seen = new Set(await Promise.all(own.map((found) => realPath(found.path))));
  const others: FoundModel[] = [];
  for (const { app, folder } of apps) {
    for (const { path: file, name } of await filesOf(app, folder)) {
      // Snapshots of the Hugging Face library link to the same file; Ollama gives a file several names.
      const real = await realPath(file);
      if (seen.has(real)) continue;
      seen.add(real);
      others.push({ ...(await describe(file, signal, fitting)), of: { app, name } });
    }
  }
  return [...own, ...others];
}

async function filesOf(
  app: ModelApp,
  folder: string,
): Promise<readonly { readonly path: string; readonly name: string }[]> {
  if (app === "Ollama") return ollamaModels(folder);
  const files: string[] = [];
  await search(folder, 0, files);
  return files.sort().map((file) => ({ path: file, name: path.basename(file) }));
}

const realPath = (file: string): Promise<string> => realpath(file).catch(() => path.resolve(file));

async function search(folder: string, depth: number, found: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = new Set(entries.map(({ name }) => name));
  for (const entry of entries) {
    if (found.length >= MAX_FILES) return;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth < DEEPEST) await search(file, depth + 1, found);
    } else if (isListed(file, names)) found.push(file);
  }
}

/** Later parts belong to the first, if that exists. */
function isListed(file: string, names: ReadonlySet<string>): boolean {
  if (!/\.gguf$/i.test(file)) return false;
  const named = partNameOf(file);
  return named === null || named.part === 1 || !names.has(path.basename(partPath(file, 1)));
}

interface Fitting {
  readonly room: MachineRoom;
  readonly options: FitOptions;
}

async function fittingOf(options: FitOptions | undefined): Promise<Fitting | null> {
  return options === undefined ? null : { room: await machineRoom(thisMachine(), options), options };
}

/** @param fitFor says whether it fits, loaded so; omitted: not asked for. @throws the signal's reason */
export async function describeModelFile(
  file: string,
  signal?: AbortSignal,
  fitFor?: FitOptions,
): Promise<FoundModel> {
  return describe(file, signal, await fittingOf(fitFor));
}

/** Of a file that can be loaded. */
export interface HeadFacts {
  readonly name: string | null;
  readonly layers: number | null;
  readonly vocabularySize: number | null;
  /** `text` is null for one of more than 4 kB. */
  readonly template: { readonly bytes: number; readonly text: string | null } | null;
}

/** What the head says beyond a list of models; all unknown for a file that can't be loaded. @throws the signal's reason */
export async function modelHeadFacts(file: string, signal?: AbortSignal): Promise<HeadFacts> {
  try {
    const { head, architecture, name } = await examineModel(file, signal);
    const tokens = head.metadata.get("tokenizer.ggml.tokens");
    const template = head.metadata.get("tokenizer.chat_template");
    return {
      name,
      layers: numberAt(head, `${architecture}.block_count`),
      vocabularySize: tokens?.type === "array" ? tokens.length : null,
      template: template?.type === "string" ? { bytes: template.bytes, text: template.value } : null,
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { name: null, layers: null, vocabularySize: null, template: null };
  }
}

/** @throws the signal's reason */
async function describe(
  file: string,
  signal: AbortSignal | undefined,
  fitting: Fitting | null,
): Promise<FoundModel> {
  try {
    const model = await examineModel(file, signal);
    const { head, architecture, bytes, parts } = model;
    const trained = numberAt(head, `${architecture}.context_length`);
    return {
      of: null,
      fit: fitting && fitOf(model, fitting.room, fitting.options),
      ...{ path: file, bytes, parts, architecture, isHybrid: isHybrid(architecture), problem: null },
      quantisation: quantisationOf(head),
      contextTokens: trained,
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const bytes = await stat(file).then(
      ({ size }) => size,
      (reason: unknown) => (errorCode(reason) === "ENOENT" ? null : 0),
    );
    const fault = { ...error.fault, ...("path" in error.fault && { path: path.basename(error.fault.path) }) };
    const problem = describeFault(ENGINE_FAULTS, fault).message;
    const unknown = { architecture: null, quantisation: null, contextTokens: null, isHybrid: false };
    const parts = partNameOf(file)?.parts ?? 1;
    return { path: file, bytes, parts, ...unknown, of: null, fit: null, problem };
  }
}
