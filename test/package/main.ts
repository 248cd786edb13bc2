// `npm run package:try`: packs the extension, installs the .vsix in the newest and in the oldest VS Code that it supports,
// without
// the repository, and writes an answer with the demo model there. Needs Linux x64, Chromium and the demo model.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseTrace } from "../../core/trace/index.ts";
import { inspectArchive } from "../../scripts/editor/inspectArchive.mjs";
import { thisTarget } from "../../scripts/editor/targets.mjs";
import { packageExtension } from "../../scripts/editor/vsix.mjs";
import { installHost } from "../../scripts/host/install.mjs";
import { NEWEST_HOST, OLDEST_HOST, type HostRelease } from "../../scripts/host/places.mjs";
import { endProgramsOnSignals } from "../../scripts/programs/run.mjs";
import { buildProduct } from "../../scripts/setup/build.mjs";
import { clearProgress } from "../../scripts/setup/progress.mjs";
import { ensureModel } from "../../server/engine/models/fetch.ts";
import { DEMO_MODEL } from "../../server/engine/models/catalogue.ts";
import { Editor } from "../support/host/editor.ts";
import { patient } from "../support/patience.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PROMPT = "---\nmodel:\n  parameters:\n    max_tokens: 16\n---\nuser:\nSay hello.\n";

/** Installs and generates; the number of tokens that were written. */
async function generateIn(host: string, vsix: string, model: string): Promise<number> {
  const settings = { "laser.model": model, "laser.gpu": "off", "laser.contextTokens": 512 };
  const files = { ".vscode/settings.json": JSON.stringify(settings), "hello.prompty": PROMPT };
  const editor = await Editor.open({ host, vsix, files });
  try {
    await editor.openFile("hello.prompty");
    await editor.runCommand("LASER: Generate");
    const panel = await editor.panel();
    const timeout = patient(120_000);
    await panel.locator(".stream .token").first().waitFor({ timeout });
    await panel.locator(".progress").waitFor({ state: "detached", timeout });
    const { result, device } = parseTrace(editor.trace());
    assert.equal(device.engine, "native", "llama.cpp is not called directly");
    return result.tokens.length;
  } finally {
    await editor.close();
  }
}

async function tryIn(release: HostRelease, vsix: string, model: string): Promise<void> {
  const host = await installHost(process.stderr, release);
  const tokens = await generateIn(host, vsix, model);
  assert.ok(tokens > 0, "nothing was written");
  console.info(`VS Code 1.${release.version.slice(2)}: installed, ${tokens} tokens written`);
}

endProgramsOnSignals(clearProgress);
await buildProduct(root, process.stderr);
const vsix = await packageExtension(root, process.stderr);
const { binaries, problems } = await inspectArchive(vsix, thisTarget());
assert.deepEqual(problems, []);
console.info(`${vsix}: ${statSync(vsix).size} bytes, ${binaries} binaries, all for ${thisTarget().name}`);
const { path: model } = await ensureModel(DEMO_MODEL);
for (const release of [NEWEST_HOST, OLDEST_HOST]) await tryIn(release, vsix, model);
