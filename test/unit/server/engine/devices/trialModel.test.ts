// The model of a trial is a valid GGUF file of the size that it is said to have, the same every time.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { test } from "vitest";
import { readGgufFileInfo } from "node-llama-cpp";
import {
  ensureTrialModel,
  trialModel,
  TRIAL_TOKENS,
} from "../../../../../server/engine/devices/trialModel.ts";
import { temporaryFolder } from "../../../../support/check.ts";

test("the library reads its header: a llama of two layers, with a vocabulary of bytes", async (context) => {
  const { path } = await ensureTrialModel(temporaryFolder(context));
  const { metadata, fullTensorInfo = [] } = await readGgufFileInfo(path, { sourceType: "filesystem" });
  assert.equal(metadata.general.architecture, "llama");
  assert.equal(metadata.tokenizer.ggml.tokens.length, 259);
  assert.ok(TRIAL_TOKENS.every((id) => id > 2 && id < 259));
  assert.equal(fullTensorInfo.length, 2 * 9 + 3);
  const last = fullTensorInfo.at(-1)!;
  assert.ok(Number(last.fileOffset) < statSync(path).size);
});

test("it is small and the same on every machine", () => {
  const bytes = trialModel();
  assert.ok(bytes.length < 300_000, `${bytes.length} bytes`);
  assert.equal(
    createHash("sha256").update(bytes).digest("hex"),
    createHash("sha256").update(trialModel()).digest("hex"),
  );
});

test("a damaged copy in the cache is replaced", async (context) => {
  const folder = temporaryFolder(context);
  const { path } = await ensureTrialModel(folder);
  writeFileSync(path, "cut");
  assert.equal((await ensureTrialModel(folder)).path, path);
  assert.deepEqual(readFileSync(path), Buffer.from(trialModel()));
});
