// Checks where a file may be written before anything slow begins.
import { access, constants, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorCode } from "../files/index.ts";
import { CliError, type CliFault } from "./errors.ts";

/**
 * Refuses a path that is a folder, one of the inputs, or not writable for this user.
 * @throws CliError tracePathUnusable
 */
async function checkTracePath(path: string, inputs: readonly string[]): Promise<void> {
  await checkPath(path, inputs, "tracePathUnusable");
}

/** The same for files made from a trace. @throws CliError outputPathUnusable */
export async function checkOutputPath(path: string, inputs: readonly string[]): Promise<void> {
  await checkPath(path, inputs, "outputPathUnusable");
}

/** Where --trace and --out may be written. @throws CliError */
export async function checkAnswerPaths(
  { trace, out }: { readonly trace?: string; readonly out?: string },
  inputs: readonly string[],
): Promise<void> {
  if (trace !== undefined) await checkTracePath(trace, inputs);
  if (out !== undefined) await checkOutputPath(out, trace === undefined ? inputs : [...inputs, trace]);
}

async function checkPath(
  path: string,
  inputs: readonly string[],
  tag: Extract<CliFault["tag"], "tracePathUnusable" | "outputPathUnusable">,
): Promise<void> {
  const refuse = (reason: string): never => {
    throw new CliError({ tag, path, reason });
  };
  const target = await realPath(path);
  for (const input of inputs)
    if ((await realPath(input)) === target) refuse(`it is an input of this run (${input})`);
  const found = await statOrNull(target);
  if (found?.isDirectory()) refuse("it is a folder");
  const folder = await nearestFolder(dirname(target));
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    refuse(`the folder ${folder} can't be written to (${errorCode(error) ?? String(error)})`);
  }
}

/** Whether two paths lead to one file, which need not exist yet. */
export async function isSamePath(one: string, other: string): Promise<boolean> {
  return (await realPath(one)) === (await realPath(other));
}

/** The path with links resolved, or the path itself if nothing exists there yet. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return resolve(path);
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
