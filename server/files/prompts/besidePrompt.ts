// Reads the files that a prompt file names, from the prompt's folder and those inside it only: a prompt from elsewhere
// must not be able to send other files to a model.
import { t } from "../../../core/base/index.ts";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { ReadFile, ReadPromptFile } from "../../../core/prompts/index.ts";
import { unreadableReason } from "../errors.ts";
import { decodePrompt } from "./promptText.ts";

const MAX_BYTES = 20_000_000;

/** A reader for the prompt file at `promptPath`. Links are followed, and refused if they lead out of the folder. */
export function readBeside(promptPath: string): ReadPromptFile {
  const folder = dirname(resolve(promptPath));
  return (path) => {
    if (isAbsolute(path))
      return refused(t("its path is absolute, and only files beside the prompt are read"));
    try {
      return readInside(realpathSync(folder), resolve(folder, path));
    } catch (error) {
      return refused(unreadableReason(error));
    }
  };
}

function readInside(folder: string, path: string): ReadFile {
  const real = realpathSync(path);
  const inside = relative(folder, real);
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    return refused(t("it is outside the prompt's folder"));
  const stats = statSync(real);
  if (!stats.isFile()) return refused(t("it is not a file"));
  if (stats.size > MAX_BYTES) return refused(t("it has more than {0} MB", MAX_BYTES / 1e6));
  return decodePrompt(readFileSync(real));
}

function refused(reason: string): ReadFile {
  return { text: null, reason };
}
