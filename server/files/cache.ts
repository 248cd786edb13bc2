// The cache folder for fetched files, outside every repository, and its free space.
import { statfs } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import { dirname, posix, win32 } from "node:path";
import { CACHE_NAME } from "./cachePlace.ts";
import { asFilesError, errorCode, FilesError } from "./errors.ts";

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Candidates for the home folder, the first absolute one counts; one may throw if the user has none. */
  readonly homes: readonly (() => string)[];
}

const OURS: Surroundings = {
  env: process.env,
  platform: process.platform,
  // An empty HOME wins over the user's entry in the list of users, and would lead into the current folder.
  homes: [() => homedir(), () => userInfo().homedir],
};

/**
 * The cache folder as an absolute path: LASER_CACHE if set, else the platform's cache folder. Creates nothing.
 * @throws FilesError noHome
 */
export function cacheFolder({ env, platform, homes }: Surroundings = OURS): string {
  const path = platform === "win32" ? win32 : posix;
  const home = (): string => homeFolder(homes, (folder) => path.isAbsolute(folder));
  if (env.LASER_CACHE) return path.resolve(env.LASER_CACHE);
  if (platform === "win32") {
    return path.join(env.LOCALAPPDATA ?? path.join(home(), "AppData", "Local"), CACHE_NAME, "Cache");
  }
  if (platform === "darwin") return path.join(home(), "Library", "Caches", CACHE_NAME);
  // The XDG specification says to ignore a relative path.
  const xdg = env.XDG_CACHE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home(), ".cache"), CACHE_NAME);
}

function homeFolder(homes: Surroundings["homes"], isAbsolute: (path: string) => boolean): string {
  for (const home of homes) {
    try {
      const folder = home();
      if (isAbsolute(folder)) return folder;
    } catch {
      // This user has no entry in the list of users.
    }
  }
  throw new FilesError({ tag: "noHome" });
}

/** Bytes that this user may still write on the disk of `path`. */
export async function freeBytes(path: string): Promise<number> {
  for (let place = path; ; place = dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place);
      return bavail * bsize;
    } catch (error) {
      // A folder that doesn't exist yet will be created in its nearest existing parent.
      if (errorCode(error) !== "ENOENT" || dirname(place) === place) throw asFilesError(error, place);
    }
  }
}

/** Throws noSpace if `neededBytes` don't fit on the disk of `path`. */
export async function requireSpace(path: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(path);
  if (free < neededBytes) throw new FilesError({ tag: "noSpace", path, neededBytes, freeBytes: free });
}
