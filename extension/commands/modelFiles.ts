// Finds GGUF files in the configured model folders, a few levels deep.
import { readdir, stat } from "node:fs/promises";
import path from "node:path";

const DEEPEST = 4;
const MAX_FILES = 200;

export interface ModelFile {
  readonly path: string;
  readonly bytes: number;
}

/** Sorted by name; unreadable folders are skipped. */
export async function findModelFiles(folders: readonly string[]): Promise<readonly ModelFile[]> {
  const found: ModelFile[] = [];
  for (const folder of folders) await search(folder, 0, found);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function search(folder: string, depth: number, found: ModelFile[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (found.length >= MAX_FILES) return;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && depth < DEEPEST) await search(file, depth + 1, found);
    else if (isModel(entry.name)) {
      const stats = await stat(file).catch(() => null);
      if (stats?.isFile() === true) found.push({ path: file, bytes: stats.size });
    }
  }
}

/** A model split into several files is identified by the first one. */
function isModel(name: string): boolean {
  const part = /-(\d{5})-of-\d{5}\.gguf$/i.exec(name);
  return /\.gguf$/i.test(name) && (part === null || part[1] === "00001");
}
