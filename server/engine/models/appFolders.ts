// Where other programs for local models keep their files: LM Studio, Ollama, the Hugging Face libraries and llama.cpp. They are
// only read.
import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import * as Type from "typebox";
import { parse } from "../../../core/base/index.ts";

export const MODEL_APPS = ["LM Studio", "Ollama", "Hugging Face", "llama.cpp"] as const;
export type ModelApp = (typeof MODEL_APPS)[number];

export interface AppFolder {
  readonly app: ModelApp;
  readonly folder: string;
}

/** The folders, whether they are there or not. @param home absolute */
export function appFolders(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): readonly AppFolder[] {
  const given = (name: string): string | null => {
    const folder = env[name];
    return folder !== undefined && path.isAbsolute(folder) ? folder : null;
  };
  const cache = given("XDG_CACHE_HOME") ?? path.join(home, ".cache");
  const llamaCache =
    platform === "darwin"
      ? path.join(home, "Library", "Caches", "llama.cpp")
      : platform === "win32"
        ? path.join(given("LOCALAPPDATA") ?? path.join(home, "AppData", "Local"), "llama.cpp")
        : path.join(cache, "llama.cpp");
  const huggingFace = given("HF_HOME") ?? path.join(cache, "huggingface");
  const ollama = given("OLLAMA_MODELS") ?? path.join(home, ".ollama", "models");
  return [
    { app: "LM Studio", folder: path.join(home, ".lmstudio", "models") },
    // Its place until version 0.3.6.
    { app: "LM Studio", folder: path.join(cache, "lm-studio", "models") },
    { app: "Ollama", folder: ollama },
    // Where its service on Linux runs as its own user.
    ...(platform === "linux" ? [{ app: "Ollama" as const, folder: "/usr/share/ollama/.ollama/models" }] : []),
    { app: "Hugging Face", folder: given("HF_HUB_CACHE") ?? path.join(huggingFace, "hub") },
    { app: "llama.cpp", folder: given("LLAMA_CACHE") ?? llamaCache },
  ];
}

/** What Ollama knows of a model, in part. */
const ManifestSchema = Type.Object({
  layers: Type.Array(Type.Object({ mediaType: Type.String(), digest: Type.String() }), { maxItems: 100 }),
});
const MODEL_LAYER = "application/vnd.ollama.image.model";
const MAX_MANIFEST_BYTES = 1e6;
/** A registry's host, user, model and tag. */
const MANIFEST_DEPTH = 4;
const MAX_MANIFESTS = 200;

/** A model file whose name does not describe it. */
export interface NamedFile {
  readonly path: string;
  /** E.g. "llama3.2:3b", or "user/model:tag". */
  readonly name: string;
}

/** Ollama names a file by its hash; a manifest says what it is. Unreadable ones are skipped. */
export async function ollamaModels(folder: string): Promise<readonly NamedFile[]> {
  const manifests = path.join(folder, "manifests");
  const found: string[][] = [];
  await walk(manifests, [], found);
  const models: NamedFile[] = [];
  for (const parts of found.slice(0, MAX_MANIFESTS)) {
    const file = await modelOf(path.join(manifests, ...parts), folder);
    if (file !== null) models.push({ path: file, name: nameOf(parts) });
  }
  return models;
}

async function walk(folder: string, parts: readonly string[], found: string[][]): Promise<void> {
  const entries = await readdir(path.join(folder, ...parts), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (found.length >= MAX_MANIFESTS) return;
    const next = [...parts, entry.name];
    if (entry.isDirectory() && next.length < MANIFEST_DEPTH) await walk(folder, next, found);
    else if (entry.isFile() && next.length === MANIFEST_DEPTH) found.push(next);
  }
}

async function modelOf(manifest: string, folder: string): Promise<string | null> {
  try {
    if ((await lstat(manifest)).size > MAX_MANIFEST_BYTES) return null;
    const read = parse(ManifestSchema, JSON.parse(await readFile(manifest, "utf8")));
    const digest = read?.layers.find(({ mediaType }) => mediaType === MODEL_LAYER)?.digest ?? "";
    const [, hash] = /^sha256[:-]([0-9a-f]{64})$/.exec(digest) ?? [];
    return hash === undefined ? null : path.join(folder, "blobs", `sha256-${hash}`);
  } catch {
    return null;
  }
}

/** As `ollama list` writes it: without the usual registry and the usual user. */
function nameOf(parts: readonly string[]): string {
  const [host, user, model, tag] = parts;
  const before = host === "registry.ollama.ai" ? (user === "library" ? [] : [user]) : [host, user];
  return `${[...before, model].join("/")}:${tag}`;
}
