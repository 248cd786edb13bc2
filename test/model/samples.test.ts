// On the real model: the first answer of every sample is sound, as the prompt file asks for it: whole, valid JSON, no
// loop; and its drafts are worth having.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { jsonStanding, loopOf } from "../../core/inspect/index.ts";
import { DEFAULT_SETTINGS, withParameters } from "../../core/settings/index.ts";
import { traceMetrics } from "../../core/trace/index.ts";
import { fillPrompt } from "../../server/worker/index.ts";
import { table } from "../support/check.ts";
import {
  loadModelWithPool,
  runSample,
  samplePrompt,
  samplesFolder,
  type ModelWithPool,
} from "../support/decoding/realModel.ts";

let model: ModelWithPool;
beforeAll(async () => {
  model = await loadModelWithPool({ maxThreads: 1 });
});
afterAll(() => model.engine.dispose());

table(
  "the first answer of a sample is sound, and drafts well",
  ["book.prompty", "film.prompty", "reader.prompty"].map((name) => ({ name })),
  async ({ name }) => {
    const { file } = fillPrompt(await readFile(path.join(samplesFolder, name), "utf8"), {});
    const trace = await runSample(model, 1, {
      prompt: await samplePrompt(model.engine, { file: name }),
      settings: withParameters(DEFAULT_SETTINGS, file.parameters),
    });
    assert.equal(trace.result.finish, "complete", trace.result.text);
    assert.equal(jsonStanding(trace), "valid", trace.result.text);
    assert.equal(loopOf(trace), null, trace.result.text);
    const { edl } = traceMetrics(trace);
    assert.ok(edl! >= 2, `EDL ${edl!.toFixed(2)}`);
  },
);
