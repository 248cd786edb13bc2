// Whether a path is in the cache folder, for messages: LASER_CACHE helps only there.
import { relative, resolve, isAbsolute, sep } from "node:path";

/** The cache folder's own name inside the platform's folder of caches. */
export const CACHE_NAME = "laser-inspector";

export function isInCache(
  path: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (!env.LASER_CACHE) return resolve(path).split(sep).includes(CACHE_NAME);
  const inside = relative(resolve(env.LASER_CACHE), resolve(path));
  return !isAbsolute(inside) && inside.split(sep)[0] !== "..";
}
