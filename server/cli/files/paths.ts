// Paths as people write them on a command line.
import { homedir } from "node:os";

/**
 * A path whose leading `~` is the home folder: a shell expands it only outside quotation marks and at the beginning of a
 * word. E.g. "~/m.gguf" → "/ada/m.gguf", for the home folder /ada.
 */
export function expandHome(path: string, home = homedir()): string {
  return path.replace(/^~(?=$|[\\/])/, () => home);
}

/** A parser for an option or argument that takes several paths. */
export function collectPaths(path: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), expandHome(path)];
}
