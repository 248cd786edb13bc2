// Finds the GGUF files of folders, a few levels deep, and says of each whether it can be loaded, or why not. Heads are read,
// no weights and no library.
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { describeFault } from "../../../core/base/index.ts";
import { ENGINE_FAULTS, EngineError } from "../errors.ts";
import { examineModel } from "../gguf/examine.ts";
import { numberAt } from "../gguf/metadata.ts";
import { partNameOf, partPath } from "../gguf/parts.ts";
import { isHybrid } from "../gguf/purpose.ts";
import { quantisationOf } from "../gguf/weights.ts";

const DEEPEST = 4;
const MAX_FILES = 200;

/** A GGUF file, or a split model by its first part. */
export interface FoundModel {
  readonly path: string;
  /** Of all parts, if they could be read. */
  readonly bytes: number;
  readonly parts: number;
  /** E.g. "llama"; null if the file can't be loaded. */
  readonly architecture: string | null;
  /** E.g. "Q4_K_M"; null if unknown. */
  readonly quantisation: string | null;
  /** The longest text that the model was made for; null if unknown. */
  readonly contextTokens: number | null;
  /** Whether taking tokens back makes the model evaluate again. */
  readonly isHybrid: boolean;
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
    found.push(await describeModelFile(file, signal));
  }
  return found;
}

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

/** @throws the signal's reason */
export async function describeModelFile(file: string, signal?: AbortSignal): Promise<FoundModel> {
  try {
    const { head, architecture, bytes, parts } = await examineModel(file, signal);
    return {
      ...{ path: file, bytes, parts, architecture, isHybrid: isHybrid(architecture), problem: null },
      quantisation: quantisationOf(head),
      contextTokens: numberAt(head, `${architecture}.context_length`),
    };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const bytes = await stat(file).then(
      ({ size }) => size,
      () => 0,
    );
    const fault = { ...error.fault, ...("path" in error.fault && { path: path.basename(error.fault.path) }) };
    const problem = describeFault(ENGINE_FAULTS, fault).message;
    const unknown = { architecture: null, quantisation: null, contextTokens: null, isHybrid: false };
    return { path: file, bytes, parts: partNameOf(file)?.parts ?? 1, ...unknown, problem };
  }
}
