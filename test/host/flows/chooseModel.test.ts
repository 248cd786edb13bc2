// A user chooses a model: downloads one from a server that speaks the hub's protocol, sees how far it is and turns away,
// then takes one that is there, one of a model folder, and a file by its path. The Prompty extension is there as well.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import type { Locator } from "playwright-core";
import { CATALOGUE, type CatalogueEntry } from "../../../server/engine/models/index.ts";
import { Editor } from "../../support/host/editor.ts";
import { startHub } from "../../support/process/hubServer.ts";
import { testModelPath } from "../../support/decoding/realModel.ts";

const [entry] = CATALOGUE as readonly [CatalogueEntry];
const CONTENT = Buffer.alloc(4_000_000, 7);
const ARRIVED_BYTES = 2_500_000;

/** The Prompty extension as far as it concerns this one: it has the same language. */
const PROMPTY = {
  ...{ name: "prompty", publisher: "ms-toolsai", version: "0.0.1", engines: { vscode: "*" } },
  contributes: { languages: [{ id: "prompty", extensions: [".prompty"] }] },
};

const endings: (() => void | Promise<void>)[] = [];
let editor: Editor;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "laser-choose-"));
  endings.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const source = entry.sources.find(({ kind }) => kind === "hub");
  assert.ok(source?.kind === "hub");
  // It announces the pinned file and sends a part of it, so that the download goes on until the user ends it.
  const hub = await startHub(
    { onTestFinished: (end) => endings.push(end) },
    CONTENT,
    { announcedSha256: entry.delivered.sha256, stallAfterBytes: ARRIVED_BYTES },
    source,
  );
  mkdirSync(path.join(folder, "own"));
  symlinkSync(testModelPath(), path.join(folder, "own", "mine.gguf"));
  const stub = path.join(folder, "prompty");
  mkdirSync(stub);
  writeFileSync(path.join(stub, "package.json"), JSON.stringify(PROMPTY));
  editor = await Editor.open({
    extensions: [stub],
    // Without a Python the hub is what is left to ask.
    env: {
      HF_ENDPOINT: hub.endpoint,
      HF_TOKEN: "",
      LASER_CACHE: path.join(folder, "cache"),
      LASER_PYTHON: "/no/python",
    },
    // A served editor takes the settings of a machine from the machine or the workspace, not from the user.
    files: {
      "both.prompty": "---\nnme: x\nlaser:\n  stratgy: laser\n---\nuser:\nHello\n",
      ".vscode/settings.json": JSON.stringify({ "laser.modelFolders": [path.join(folder, "own")] }),
    },
  });
});
afterAll(async () => {
  await editor.close();
  for (const end of endings.reverse()) await end();
});

/** Opens the list of models; its row that begins with a title. */
async function chooseModel(): Promise<(text: string | RegExp) => Locator> {
  await editor.runCommand("LASER: Choose Model");
  await editor.listRow("Choose a GGUF file…").waitFor();
  return (text) => editor.listRow(text);
}

/** Waits for the word that the model is chosen, and takes it away. */
async function chosen(name: string): Promise<unknown> {
  const told = editor.message(`Answers now come from ${name}.`);
  await told.waitFor();
  await told.hover();
  await told.getByRole("button", { name: /^Clear Notification/ }).click();
  return editor.machineSettings()["laser.model"];
}

test("a download shows how far it is, and says what is kept when it is cancelled", async () => {
  const row = await chooseModel();
  assert.match(await row(entry.title).innerText(), /92 MB, will be downloaded(?!;)/);
  await row(entry.title).click();
  const progress = editor.message(`Downloading ${entry.title}`);
  await progress.filter({ hasText: /SmolLM2.*\.gguf \(127\.0\.0\.1:\d+\)/ }).waitFor();
  await progress.getByRole("button", { name: "Cancel" }).click();
  await editor.message(`The download of ${entry.title} was stopped. 2 MB are kept`).waitFor();
  await progress.waitFor({ state: "detached" });
  assert.equal(editor.machineSettings()["laser.model"], undefined);
  const again = await chooseModel();
  await again(/will be downloaded; 2 MB already here/).waitFor();
  await editor.page.keyboard.press("Escape");
});

test("a model that is there is chosen at once, and so is one of a model folder", async () => {
  const there = path.join(folder, "cache", "models", entry.id);
  rmSync(there, { recursive: true, force: true });
  mkdirSync(there, { recursive: true });
  for (const ending of ["", ".json"]) {
    symlinkSync(`${testModelPath()}${ending}`, path.join(there, `${entry.file.fileName}${ending}`));
  }
  const row = await chooseModel();
  assert.match(await row(entry.title).innerText(), /92 MB, on this machine/);
  await row(entry.title).click();
  assert.equal(await chosen(entry.title), `catalogue:${entry.id}`);

  await (await chooseModel())("mine.gguf").click();
  assert.equal(await chosen("mine.gguf"), path.join(folder, "own", "mine.gguf"));
});

test("any file is chosen by its path, and one that goes is missed in the status bar", async () => {
  const file = path.join(folder, "elsewhere.gguf");
  symlinkSync(testModelPath(), file);
  await (await chooseModel())("Choose a GGUF file…").click();
  await editor.chooseFile(file);
  assert.equal(await chosen("elsewhere.gguf"), file);
  rmSync(file);
  await editor.runCommand("LASER: Restart Server");
  const status = editor.page.locator(".statusbar-item", { hasText: "LASER: model file missing" });
  await status.waitFor();
  await status.hover();
  await editor.page.locator(".workbench-hover", { hasText: `There is no model file at ${file}` }).waitFor();
});

test("beside the Prompty extension only the laser block is checked", async () => {
  await editor.openFile("both.prompty");
  await editor.page.locator(".squiggly-warning").first().waitFor();
  await editor.runCommand("View: Toggle Problems");
  const rows = editor.page.locator(".markers-panel .monaco-list-row", { hasText: "is not a key of" });
  await rows.filter({ hasText: "stratgy" }).waitFor();
  assert.equal(await rows.count(), 1);
});
