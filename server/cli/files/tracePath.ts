// Checks where a file may be written before anything slow begins.
import { access, constants, open, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { errorCode, tryFolder, unreadableReason } from "../../files/index.ts";
import { CliError, type CliFault } from "../errors.ts";
import { refuseExisting, type OutputOption, type OverwriteFlags } from "./overwrite.ts";

/** As many links as Linux follows. */
const MAX_LINKS = 40;

/**
 * Refuses a path that is not a file's name, is one of the inputs or a model, exists and is not to be replaced, or can't be
 * written by this user.
 * @param output null: the caller decides about a file that exists
 * @throws CliError outputPathUnusable, outputExists
 */
export async function checkOutputPath(
  path: string,
  inputs: readonly string[],
  output: OutputOption | null,
): Promise<void> {
  await checkPath(path, inputs, "outputPathUnusable");
  if (output !== null) await refuseExisting(path, output);
}

/** The same for each output of one command, by option: no two of them are one file. */
export async function checkOutputPaths(
  outputs: Readonly<Record<string, string | undefined>>,
  inputs: readonly string[],
  { overwrite }: OverwriteFlags,
): Promise<void> {
  const before: (readonly [option: string, path: string])[] = [];
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    await checkOutputPath(path, inputs, { option, overwrite });
    for (const [other, taken] of before)
      if (await isSamePath(path, taken))
        throw new CliError({
          tag: "outputPathUnusable",
          path,
          reason: `${option} and ${other} name the same file`,
        });
    before.push([option, path]);
  }
}

/** The same for a trace. @throws CliError tracePathUnusable, outputExists */
async function checkTracePath(path: string, inputs: readonly string[], output: OutputOption): Promise<void> {
  await checkPath(path, inputs, "tracePathUnusable");
  await refuseExisting(path, output);
}

/** Where --trace and --out may be written. @throws CliError */
export async function checkAnswerPaths(
  { trace, out, overwrite }: OverwriteFlags & { readonly trace?: string; readonly out?: string },
  inputs: readonly string[],
): Promise<void> {
  if (trace !== undefined) await checkTracePath(trace, inputs, { option: "--trace", overwrite });
  if (out === undefined) return;
  if (trace !== undefined && (await isSamePath(out, trace)))
    throw new CliError({ tag: "outputPathUnusable", path: out, reason: "the trace of this run goes there" });
  await checkOutputPath(out, inputs, { option: "--out", overwrite });
}

async function checkPath(
  path: string,
  inputs: readonly string[],
  tag: Extract<CliFault["tag"], "tracePathUnusable" | "outputPathUnusable">,
): Promise<void> {
  const refuse = (reason: string): never => {
    throw new CliError({ tag, path, reason });
  };
  if (path === "" || path === "-" || /[\\/]$/.test(path)) refuse(notAFile(path));
  const target = await realPath(path);
  for (const input of inputs)
    if ((await realPath(input)) === target) refuse(`it is an input of this run (${input})`);
  // By its own name: that of a pipe, such as /dev/stdout, leads to one that can only be opened.
  const found = await stat(path).catch((error: unknown) => {
    if (!NOT_THERE.includes(errorCode(error) ?? "")) refuse(unreadableReason(error));
    return null;
  });
  if (found?.isDirectory()) refuse("it is a folder");
  if (found?.isFile() && (await isModel(target))) refuse("it is a model file");
  if (found?.isFile() === false) {
    // A device or a pipe is written to where it is.
    await access(path, constants.W_OK).catch((error: unknown) => refuse(unreadableReason(error)));
    return;
  }
  const folder = await nearestFolder(dirname(target));
  if ((await statOrNull(folder))?.isDirectory() === false) refuse(`${folder} is not a folder`);
  try {
    await tryFolder(folder);
  } catch (error) {
    refuse(`the folder ${folder} can't be written to (${errorCode(error) ?? String(error)})`);
  }
}

/** What stat says of a file that may be created. */
const NOT_THERE: readonly string[] = ["ENOENT", "ENOTDIR"];

function notAFile(path: string): string {
  if (path === "") return "its name is empty";
  return path === "-" ? "standard output is where answers go without this option" : "it names a folder";
}

/** Whether a file begins as model files do: no answer replaces one, named by the run or not. */
async function isModel(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString("latin1") === "GGUF";
  } finally {
    await file.close();
  }
}

/** Whether two paths lead to one file, which need not exist yet. */
export async function isSamePath(one: string, other: string): Promise<boolean> {
  return (await realPath(one)) === (await realPath(other));
}

/** The path with links resolved, or the path itself if nothing exists there yet. */
async function realPath(path: string, links = MAX_LINKS): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // Not there yet: a write follows a link to nothing, too.
    const target = links > 0 ? await readlink(path).catch(() => null) : null;
    const whole = resolve(path);
    if (target !== null) return realPath(resolve(dirname(whole), target), links - 1);
    return dirname(whole) === whole ? whole : join(await realPath(dirname(whole), links), basename(whole));
  }
}

async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch {
    return null;
  }
}

/** The nearest existing folder above a path: the others will be created in it. */
async function nearestFolder(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((await statOrNull(folder)) !== null || dirname(folder) === folder) return folder;
  }
}
