// The `laser` command of this extension, as a program that tasks and terminals start: a script in the extension's storage
// that runs dist/laser.mjs with the editor's own Node. Its text is the same everywhere; the paths of Node and program are in the
// environment, so that no path has to be quoted in a script.
import path from "node:path";
import { writeFileAtomic } from "../../server/files/index.ts";

const POSIX = `#!/bin/sh
# Written by LASER Inspector: laser with the editor's own Node.
ELECTRON_RUN_AS_NODE=1 exec "$LASER_NODE" "$LASER_PROGRAM" "$@"
`;
const WINDOWS = `@echo off\r
rem Written by LASER Inspector: laser with the editor's own Node.\r
setlocal\r
set ELECTRON_RUN_AS_NODE=1\r
"%LASER_NODE%" "%LASER_PROGRAM%" %*\r
`;

export interface Launcher {
  /** The script, absolute. */
  readonly program: string;
  /** The folder to put on PATH. */
  readonly folder: string;
  /** What the script needs besides its arguments. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Writes the script of this platform.
 * @param storage folder of the extension
 * @param laser dist/laser.mjs
 * @throws what writing a file throws
 */
export async function writeLauncher(storage: string, laser: string): Promise<Launcher> {
  const folder = path.join(storage, "bin");
  const isWindows = process.platform === "win32";
  const program = path.join(folder, isWindows ? "laser.cmd" : "laser");
  await writeFileAtomic(program, isWindows ? WINDOWS : POSIX, { mode: 0o755 });
  return { program, folder, env: { LASER_NODE: process.execPath, LASER_PROGRAM: laser } };
}

/** PATH with the launcher's folder first. */
export function pathWith(folder: string, env: NodeJS.ProcessEnv): string {
  const before = env.PATH ?? env.Path ?? "";
  return before === "" ? folder : `${folder}${path.delimiter}${before}`;
}
