// Models of other programs: where their folders are, what Ollama's manifests name, and that a file is listed once. Files are
// read only.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { appFolders, findModels } from "../../../../../server/engine/models/index.ts";
import { smallModels } from "../../../../support/gguf/smallModels.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

const HOME = path.resolve("/people/ada");
const below = (...parts: string[]): string => path.join(HOME, ...parts);

table(
  "folders of other programs",
  [
    {
      name: "by default",
      env: {},
      gives: {
        "LM Studio": below(".lmstudio", "models"),
        Ollama: below(".ollama", "models"),
        "Hugging Face": below(".cache", "huggingface", "hub"),
        "llama.cpp": below(".cache", "llama.cpp"),
      },
    },
    {
      name: "as their variables say",
      env: {
        OLLAMA_MODELS: path.resolve("/big/ollama"),
        HF_HOME: path.resolve("/big/hf"),
        LLAMA_CACHE: path.resolve("/big/llama"),
      },
      gives: {
        Ollama: path.resolve("/big/ollama"),
        "Hugging Face": path.resolve("/big/hf/hub"),
        "llama.cpp": path.resolve("/big/llama"),
      },
    },
    {
      name: "not as a relative one says",
      env: { OLLAMA_MODELS: "here" },
      gives: { Ollama: below(".ollama", "models") },
    },
  ],
  ({ env, gives }) => {
    const found = appFolders(env, "linux", HOME);
    for (const [app, folder] of Object.entries(gives))
      assert.equal(found.find((one) => one.app === app)?.folder, folder);
  },
);

test("their models are listed once each, under the names that the programs have for them", async (context) => {
  const root = temporaryFolder(context);
  const { llama } = smallModels();
  const write = (content: Uint8Array | string, ...parts: string[]): string => {
    const file = path.join(root, ...parts);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  const hash = "a".repeat(64);
  const manifest = (digest: string): string =>
    JSON.stringify({ layers: [{ mediaType: "application/vnd.ollama.image.model", digest, size: 1 }] });
  write(llama!, "ollama", "blobs", `sha256-${hash}`);
  write(manifest(`sha256:${hash}`), "ollama", "manifests", "registry.ollama.ai", "library", "tiny", "1b");
  write(manifest(`sha256:${hash}`), "ollama", "manifests", "registry.ollama.ai", "library", "tiny", "latest");
  write(
    manifest("sha256:../../../etc/passwd"),
    "ollama",
    "manifests",
    "registry.ollama.ai",
    "ada",
    "bad",
    "1",
  );
  write("no manifest", "ollama", "manifests", "registry.ollama.ai", "ada", "worse", "1");
  const blob = write(llama!, "hf", "models--ada--tiny", "blobs", "1234");
  for (const snapshot of ["one", "two"]) {
    const folder = path.join(root, "hf", "models--ada--tiny", "snapshots", snapshot);
    mkdirSync(folder, { recursive: true });
    symlinkSync(blob, path.join(folder, "tiny.gguf"));
  }
  const own = write(llama!, "own", "mine.gguf");
  const files = (): string[] => readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  const before = files();
  const found = await findModels([path.join(root, "own")], {
    apps: [
      { app: "Ollama", folder: path.join(root, "ollama") },
      { app: "Hugging Face", folder: path.join(root, "hf") },
      { app: "LM Studio", folder: path.join(root, "own") },
      { app: "llama.cpp", folder: path.join(root, "missing") },
    ],
    fitFor: { gpu: "off", contextTokens: 100_000 },
  });
  assert.deepEqual(
    found.map(({ of, path: file, problem }) => [of?.app ?? null, of?.name ?? path.basename(file), problem]),
    [
      [null, path.basename(own), null],
      ["Ollama", "tiny:1b", null],
      ["Hugging Face", "tiny.gguf", null],
    ],
  );
  // Its context is that of the model, not the one that was asked for: 2 layers × 32 numbers × keys and values × 2 bytes.
  const logits = 262 * 512 * 4;
  const mask = 512 * 4;
  assert.equal(found[0]!.fit?.neededBytes, llama!.length + logits + 256 * (2 * 32 * 2 * 2 + mask));
  assert.ok(found[0]!.fit.freeBytes > 0);
  assert.deepEqual(files(), before);
});
