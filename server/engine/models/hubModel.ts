// A model of the Hugging Face Hub by the name of its repository and, if it has several files, its quantisation:
// "user/repo" or "user/repo:Q4_K_M". The hub lists the files with their SHA-256; a file fetched once is used from then on
// without asking again.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as Type from "typebox";
import { parse, type Parsed } from "../../../core/base/index.ts";
import { cacheFolder, makeFolder, withLock, writeFileAtomic } from "../../files/index.ts";
import { ModelError } from "./errors.ts";
import type { FetchOptions } from "./fetch.ts";
import { connect, fetchFromHub, partPath } from "./hub.ts";
import { hubRequest, type HubConnection } from "./hubRequest.ts";
import type { FetchHooks } from "../../files/wheels/index.ts";
import type { ModelFile } from "./source.ts";
import { validStamp, verifiedStamp, writeStamp } from "./stamp.ts";
import { withModelErrors } from "./withModelErrors.ts";

/** Taken in this order if no quantisation is named: small, and of good quality. */
const PREFERRED = ["Q4_K_M", "Q4_0", "Q8_0"];
/** A list of files takes a few kilobytes; a longer reply is not from a hub. */
const MAX_LIST_BYTES = 16 * 2 ** 20;

const ListSchema = Type.Object({
  sha: Type.String({ pattern: "^[0-9a-f]{7,64}$" }),
  siblings: Type.Array(
    Type.Object({
      rfilename: Type.String(),
      size: Type.Optional(Type.Number()),
      lfs: Type.Optional(
        Type.Object({
          sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
          size: Type.Integer({ minimum: 1 }),
        }),
      ),
    }),
  ),
});

/** What was chosen, kept beside the files. */
const ChoiceSchema = Type.Object({
  /** As it was asked for, e.g. "user/repo:Q4_K_M"; records of earlier versions have none. */
  name: Type.Optional(Type.String()),
  commit: Type.String(),
  /** The parts of a split model in order; else one file. */
  files: Type.Array(
    Type.Object({
      remotePath: Type.String(),
      fileName: Type.String(),
      bytes: Type.Number(),
      sha256: Type.String(),
    }),
    { minItems: 1 },
  ),
});
type Choice = Parsed<typeof ChoiceSchema>;

interface HubName {
  readonly repo: string;
  /** As it was written; null: not named. */
  readonly quantisation: string | null;
}

/** A model of the hub in the cache. */
export interface HubModel {
  /** The first part of a split model. */
  readonly path: string;
  /** Null for a split model, of which there are several. */
  readonly sha256: string | null;
}

/** Parses "user/repo" or "user/repo:QUANT". @throws ModelError hubNameInvalid */
export function parseHubName(name: string): HubName {
  const part = "[A-Za-z0-9][A-Za-z0-9._-]*";
  const [, repo, quantisation = null] = new RegExp(`^(${part}/${part})(?::(${part}))?$`).exec(name) ?? [];
  if (repo === undefined || repo.includes("..")) throw new ModelError({ tag: "hubNameInvalid", name });
  return { repo, quantisation };
}

/**
 * The checked file of a hub's model: from the cache if it was fetched before, fetched otherwise.
 * @throws ModelError; the signal's AbortError if stopped (downloaded bytes are kept for the next call)
 */
export async function ensureHubModel(name: string, options: FetchOptions = {}): Promise<HubModel> {
  const { cacheDir = cacheFolder(), onProgress = () => undefined, env = process.env } = options;
  const hooks: FetchHooks = { onProgress, env, signal: options.signal ?? new AbortController().signal };
  const wanted = parseHubName(name);
  const folder = join(cacheDir, "models", "hub", wanted.repo.replace("/", "--"));
  const record = join(folder, `${wanted.quantisation?.toLowerCase() ?? "default"}.choice.json`);
  return withModelErrors(async () => {
    hooks.signal.throwIfAborted();
    const known = await readChoice(record);
    if (known !== null && (await isReady(known, folder))) return modelOf(known, folder);
    const onWait = ({ pid }: { pid: number }): void => {
      onProgress({ phase: "wait", message: `waiting for process ${pid}, which is fetching the same model` });
    };
    return withLock(`${folder}.lock`, { signal: hooks.signal, onWait }, async () => {
      const connection = connect(hooks, options.hub ?? {});
      onProgress({
        phase: "wait",
        message: `asking ${new URL(connection.endpoint).host} for ${wanted.repo}`,
      });
      const choice = { name, ...(await choose(wanted, connection)) };
      await makeFolder(folder);
      // Before its files, so that a download that was stopped can be named and continued.
      await writeFileAtomic(record, `${JSON.stringify(choice, null, 2)}\n`);
      await fetchFiles(choice, wanted, folder, hooks, options);
      return modelOf(choice, folder);
    });
  });
}

/** All parts, with the progress of all of them together. */
async function fetchFiles(
  { commit, files }: Choice,
  { repo, quantisation }: HubName,
  folder: string,
  hooks: FetchHooks,
  options: FetchOptions,
): Promise<void> {
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  for (const { remotePath, ...file } of files) {
    const source = { kind: "hub", repo, revision: commit, file: remotePath } as const;
    const onProgress: FetchHooks["onProgress"] = (progress) => {
      const { phase, doneBytes } = progress;
      const isDownload = phase === "download" && doneBytes !== undefined;
      hooks.onProgress(isDownload ? { ...progress, doneBytes: before + doneBytes, totalBytes } : progress);
    };
    const wanted = { ...file, quantisation: quantisation ?? "" };
    await fetchFile(source, wanted, folder, { ...hooks, onProgress }, options);
    before += file.bytes;
  }
}

/** A model of the hub that was fetched, or begun to be. */
export interface HubModelState {
  /** As `ensureHubModel` takes it. */
  readonly name: string;
  readonly bytes: number;
  /** Null until all of it is there. */
  readonly path: string | null;
  /** What the next fetch need not download again. */
  readonly keptBytes: number;
}

/** What the cache holds of the hub, by stamps and sizes only. */
export async function listHubModels(cacheDir: string = cacheFolder()): Promise<readonly HubModelState[]> {
  const models = join(cacheDir, "models", "hub");
  const found: HubModelState[] = [];
  for (const repo of await namesIn(models)) {
    const folder = join(models, repo);
    for (const record of (await namesIn(folder)).filter((name) => name.endsWith(".choice.json"))) {
      const choice = await readChoice(join(folder, record));
      if (choice?.name === undefined || found.some(({ name }) => name === choice.name)) continue;
      const kept = await Promise.all(choice.files.map((file) => keptBytesOf(file, folder)));
      const keptBytes = kept.reduce((sum, bytes) => sum + bytes, 0);
      const path = (await isReady(choice, folder)) ? modelOf(choice, folder).path : null;
      const bytes = choice.files.reduce((sum, file) => sum + file.bytes, 0);
      found.push({ name: choice.name, bytes, path, keptBytes });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function keptBytesOf(
  { fileName, bytes, sha256 }: Choice["files"][number],
  folder: string,
): Promise<number> {
  const path = join(folder, fileName);
  if ((await validStamp(path, { fileName, bytes, sha256, quantisation: "" })) !== null) return bytes;
  return stat(partPath(path, sha256)).then(
    ({ size }) => Math.min(size, bytes),
    () => 0,
  );
}

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

async function fetchFile(
  source: Parameters<typeof fetchFromHub>[0],
  file: ModelFile,
  folder: string,
  hooks: FetchHooks,
  options: FetchOptions,
): Promise<void> {
  const path = join(folder, file.fileName);
  if ((await verifiedStamp(path, file, hooks)) !== null) return;
  await fetchFromHub(source, file, path, hooks, options.hub);
  await writeStamp(path, file, "hub");
}

function modelOf({ files }: Choice, folder: string): HubModel {
  const [first] = files;
  return { path: join(folder, first!.fileName), sha256: files.length === 1 ? first!.sha256 : null };
}

async function isReady({ files }: Choice, folder: string): Promise<boolean> {
  const stamps = await Promise.all(
    files.map(({ fileName, ...file }) =>
      validStamp(join(folder, fileName), { ...file, fileName, quantisation: "" }),
    ),
  );
  return stamps.every((stamp) => stamp !== null);
}

/** Null for anything that is not a complete record: the hub is then asked. */
async function readChoice(path: string): Promise<Choice | null> {
  try {
    const choice = parse(ChoiceSchema, JSON.parse(await readFile(path, "utf8")));
    return choice?.files.every(({ fileName }) => isPlainName(fileName)) ? choice : null;
  } catch {
    return null;
  }
}

/** @throws ModelError hubNoModel, hubUnchecked; hub faults */
async function choose({ repo, quantisation }: HubName, connection: HubConnection): Promise<Choice> {
  const url = `${connection.endpoint}/api/models/${repo}?blobs=true`;
  const list = parse(ListSchema, await getJson(url, connection));
  if (list === null) throw new ModelError({ tag: "hubUnchecked", url });
  const files = list.siblings.filter(({ rfilename }) => isModel(rfilename));
  const first = pick(
    files.map(({ rfilename }) => rfilename).filter((path) => (partOf(path)?.part ?? 1) === 1),
    quantisation,
  );
  if (first === null) {
    const known = files.map(({ rfilename }) => rfilename).filter((path) => (partOf(path)?.part ?? 1) === 1);
    throw new ModelError({ tag: "hubNoModel", repo, quantisation, known });
  }
  const set = partOf(first);
  const wanted = set === null ? [first] : partPaths(set);
  return {
    commit: list.sha,
    files: wanted.map((remotePath) => {
      const lfs = files.find(({ rfilename }) => rfilename === remotePath)?.lfs;
      if (lfs === undefined)
        throw new ModelError({ tag: "hubUnchecked", url: `${connection.endpoint}/${repo}/${remotePath}` });
      return { remotePath, fileName: remotePath.split("/").at(-1)!, bytes: lfs.size, sha256: lfs.sha256 };
    }),
  };
}

/** Whether a word may follow an underscore in a file's name, as Q4_0 does; K of Q4_K may not. */
const isWholeWord = (word: string): boolean => /^[a-z]+\d/i.test(word);

/** The file of a quantisation, whatever its case; without one the preferred ones first, then an only file. */
function pick(paths: readonly string[], quantisation: string | null): string | null {
  const named = (word: string): string | null => {
    const pattern = new RegExp(
      `(?:^|[-./${isWholeWord(word) ? "_" : ""}])${word.replace(/[.]/g, "\\.")}(?:-\\d{5}-of-\\d{5})?\\.gguf$`,
      "i",
    );
    return paths.find((path) => pattern.test(path)) ?? null;
  };
  if (quantisation !== null)
    return named(quantisation) ?? paths.find((path) => path === quantisation) ?? null;
  for (const word of PREFERRED) {
    const found = named(word);
    if (found !== null) return found;
  }
  return paths.length === 1 ? paths[0]! : null;
}

/** A GGUF file that may be a language model, at a path that is safe to ask for and to store. */
function isModel(path: string): boolean {
  const names = path.split("/");
  return (
    path.toLowerCase().endsWith(".gguf") &&
    names.every(isPlainName) &&
    !/(?:^|[-._])(?:mmproj|imatrix|lora)(?:[-._]|$)/i.test(names.at(-1)!)
  );
}

const isPlainName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(name);

interface Part {
  readonly stem: string;
  readonly part: number;
  readonly parts: number;
}

/** llama.cpp names the parts of a split model "name-00001-of-00003.gguf". */
function partOf(path: string): Part | null {
  const [, stem, part, parts] = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/.exec(path) ?? [];
  return stem === undefined ? null : { stem, part: Number(part), parts: Number(parts) };
}

const partPaths = ({ stem, parts }: Part): string[] =>
  Array.from({ length: parts }, (_, at) => {
    const [part, of] = [at + 1, parts].map((number) => String(number).padStart(5, "0"));
    return `${stem}-${part}-of-${of}.gguf`;
  });

async function getJson(url: string, connection: HubConnection): Promise<unknown> {
  const { response, keepAlive, close, toFault } = await hubRequest(url, { method: "GET" }, connection);
  try {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      keepAlive(chunk.length);
      bytes += chunk.length;
      if (bytes > MAX_LIST_BYTES) throw new ModelError({ tag: "hubUnchecked", url });
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ModelError({ tag: "hubUnchecked", url }, { cause: error });
    throw toFault(error);
  } finally {
    close();
  }
}
