// The files near a prompt that may be pools, for completion.
import { readdirSync, type Dirent } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ENDING = /\.(?:laserpool|jsonl)$/i;
const MOST = 200;

/** Paths that count from the prompt file, in its folder and one below; empty for a prompt that was never saved. */
export function poolFilesBeside(uri: string): readonly string[] {
  if (!uri.startsWith("file:")) return [];
  const folder = dirname(fileURLToPath(uri));
  const entries = entriesOf(folder);
  const inside = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .slice(0, MOST)
    .flatMap(({ name }) => filesIn(entriesOf(join(folder, name))).map((file) => `${name}/${file}`));
  return [...filesIn(entries), ...inside].slice(0, MOST);
}

function filesIn(entries: readonly Dirent[]): readonly string[] {
  return entries.filter((entry) => entry.isFile() && ENDING.test(entry.name)).map(({ name }) => name);
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // What can't be listed offers nothing.
  }
}
