// A user chooses a model: downloads one from a server that speaks the hub's protocol, sees its progress and cancels,
// then takes an installed one, one of a model folder, and a file by its path. The Prompty extension is installed as well.
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import type { Locator } from "playwright-core";
import { CATALOGUE, type CatalogueEntry } from "../../../server/engine/models/index.ts";
import { chooseFolderInDialog } from "../../support/host/fileDialog.ts";
import { Editor } from "../../support/host/editor.ts";
import { startHub, type HubFaults, type LocalHub } from "../../support/process/hubServer.ts";
import { testModelPath } from "../../support/decoding/realModel.ts";

const [entry] = CATALOGUE as readonly [CatalogueEntry];
const CONTENT = Buffer.alloc(4_000_000, 7);
const ARRIVED_BYTES = 2_500_000;

/** What the hub does changes between the flows. */
const faults: { -readonly [Name in keyof HubFaults]: HubFaults[Name] } = {
  announcedSha256: entry.delivered.sha256,
  stallAfterBytes: ARRIVED_BYTES,
};
let hub: LocalHub;
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
  // It announces the pinned file and sends a part of it, so that the download continues until the user ends it.
  hub = await startHub({ onTestFinished: (end) => endings.push(end) }, CONTENT, faults, source);
  mkdirSync(path.join(folder, "own"));
  symlinkSync(testModelPath(), path.join(folder, "own", "mine.gguf"));
  symlinkSync(path.join(folder, "nowhere"), path.join(folder, "own", "gone.gguf"));
  writeFileSync(path.join(folder, "own", "broken.gguf"), "not a model");
  const stub = path.join(folder, "prompty");
  mkdirSync(stub);
  writeFileSync(path.join(stub, "package.json"), JSON.stringify(PROMPTY));
  editor = await Editor.open({
    extensions: [stub],
    // Without a Python only the hub remains to ask.
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

/** Waits for the notice that the model is chosen, and dismisses it. */
async function chosen(name: string): Promise<unknown> {
  // VS Code shows three toasts within 800 ms; a fourth is in its list alone.
  await editor.runCommand("Notifications: Show Notifications");
  await editor.listedMessage(`Answers now come from ${name}.`).waitFor();
  await editor.runCommand("Notifications: Clear All Notifications");
  return editor.machineSettings()["laser.model"];
}

/** Waits until as many downloads have written all that the hub sends of them. */
async function arrived(downloads: number): Promise<void> {
  const cache = path.join(folder, "cache");
  const isWhole = (name: string): boolean =>
    statSync(path.join(cache, name), { throwIfNoEntry: false })?.size === ARRIVED_BYTES;
  const count = (): number =>
    readdirSync(cache, { recursive: true, encoding: "utf8" }).filter(isWhole).length;
  while (count() < downloads) await editor.page.waitForTimeout(100);
}

test("Generate without a model asks in place for the download, and nothing happens unasked", async () => {
  await editor.openFile("book.prompty");
  await editor.runCommand("LASER: Generate");
  // A dialog, which doesn't hide itself as a message would.
  const dialog = editor.page.locator(".monaco-dialog-box");
  await dialog
    .filter({ hasText: `${entry.title} is not on this machine yet. Download it (92 MB)?` })
    .waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(hub.seen.length, 0);
});

test("a download shows how far it is, and says what is kept when it is cancelled", async () => {
  const row = await chooseModel();
  assert.match(await row(entry.title).innerText(), /92 MB, will be downloaded(?!;)/);
  await row(entry.title).click();
  const progress = editor.message(`Downloading ${entry.title}`);
  await progress.filter({ hasText: /SmolLM2.*\.gguf \(127\.0\.0\.1:\d+\)/ }).waitFor();
  await arrived(1);
  await progress.getByRole("button", { name: "Cancel" }).click();
  await editor.message(`The download of ${entry.title} was stopped. 2 MB are kept`).waitFor();
  await progress.waitFor({ state: "detached" });
  assert.equal(editor.machineSettings()["laser.model"], undefined);
  const again = await chooseModel();
  await again(/will be downloaded; 2 MB already here/).waitFor();
  await editor.page.keyboard.press("Escape");
});

test("a name of the hub is typed; its download is cancelled, continued and checked", async () => {
  delete faults.announcedSha256; // The truth from here on.
  const name = `${hub.source.repo}:Q4_1`;
  const type = async (): Promise<void> => {
    await chooseModel();
    await editor.page.locator(".quick-input-widget input[type=text]").fill(`hf:${name}`);
    await editor.listRow(`Download ${name} from Hugging Face`).click();
  };
  await type();
  const progress = editor.message(`Downloading ${name}`);
  await progress.filter({ hasText: /SmolLM2.*\.gguf \(127\.0\.0\.1:\d+\)/ }).waitFor();
  await arrived(2);
  await progress.getByRole("button", { name: "Cancel" }).click();
  await editor.message(`The download of ${name} was stopped. 2 MB are kept`).waitFor();
  await progress.waitFor({ state: "detached" });
  delete faults.stallAfterBytes;
  const before = hub.seen.length;
  const row = await chooseModel();
  await editor.screenshot("model-picker-dark");
  await row("continue the download: 2 MB of 4 MB are here").click();
  const file = await chosen(name);
  assert.ok(
    typeof file === "string" && file.startsWith(path.join(folder, "cache", "models", "hub")),
    String(file),
  );
  assert.deepEqual(readFileSync(file), CONTENT);
  const ranges = hub.seen.slice(before).flatMap(({ host, range }) => (host === "storage" ? [range] : []));
  assert.deepEqual(ranges, [`bytes=${ARRIVED_BYTES}-`]);
  await (await chooseModel())(name).filter({ hasText: "in use" }).waitFor();
  await editor.page.keyboard.press("Escape");
});

test("an installed model is chosen at once, and so is one of a model folder", async () => {
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

  const again = await chooseModel();
  await again("gone.gguf").filter({ hasText: "file missing" }).waitFor();
  await again("mine.gguf").click();
  assert.equal(await chosen("mine.gguf"), path.join(folder, "own", "mine.gguf"));
});

test("a folder is added, and its models are listed with what they need", async () => {
  const added = path.join(folder, "added");
  mkdirSync(added);
  symlinkSync(testModelPath(), path.join(added, "added.gguf"));
  await (await chooseModel())("Add Folder…").click();
  await chooseFolderInDialog(editor.page, added, "Use");
  const row = editor.listRow("added.gguf");
  await row.waitFor();
  assert.match(
    await row.innerText(),
    /31 layers.*; needs about [\d.]+ GB \([\d.]+ GB for 4,096 tokens of context\)/s,
  );
  await editor.page.keyboard.press("Escape");
  const settings = editor.workspaceSettings()["laser.modelFolders"];
  assert.deepEqual(settings, [path.join(folder, "own"), added]);
});

test("a broken file says why it can't be loaded, in the list and when it is chosen by its path", async () => {
  const before = editor.machineSettings()["laser.model"];
  const rows = await chooseModel();
  await rows("broken.gguf")
    .filter({ hasText: /broken\.gguf is not a GGUF file/ })
    .waitFor();
  await rows("Choose a GGUF file…").click();
  await editor.chooseFile(path.join(folder, "own", "broken.gguf"));
  await editor
    .message(/broken\.gguf is not a GGUF file/)
    .getByRole("button", { name: "Choose Model" })
    .waitFor();
  await editor.runCommand("Notifications: Clear All Notifications");
  assert.equal(editor.machineSettings()["laser.model"], before);
});

test("any file is chosen by its path, and the status bar reports one that disappears", async () => {
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
  await (await chooseModel())("elsewhere.gguf").filter({ hasText: "file missing · in use" }).waitFor();
  await editor.page.keyboard.press("Escape");
});

test("engine choices are at hand and written as settings", async () => {
  const rows = async (): Promise<void> => {
    await editor.listRow("Keys and values").waitFor();
  };
  await editor.runCommand("LASER: Engine Choices");
  await rows();
  await editor.screenshot("engine-choices-dark");
  await editor.listRow("Keys and values").click();
  await editor.listRow("q8_0").click();
  await rows(); // The list comes back for the next choice.
  await editor.listRow("Threads").click();
  const input = editor.page.locator(".quick-input-widget input[type=text]");
  await input.fill("0");
  await editor.page
    .locator(".quick-input-message", { hasText: "must be a whole number from 1 to 1024" })
    .waitFor();
  await input.fill("2");
  await editor.page.keyboard.press("Enter");
  await rows();
  await editor.listRow("2").filter({ hasText: "Threads" }).waitFor();
  await editor.page.keyboard.press("Escape");
  const { "laser.kvType": kvType, "laser.threads": threads } = editor.machineSettings();
  assert.deepEqual([kvType, threads], ["q8_0", 2]);

  // What can't work on this machine says so: there is no Metal where these tests run.
  await editor.runCommand("LASER: Engine Choices");
  await rows();
  await editor.listRow("Device that runs the model").click();
  await editor.listRow("metal").filter({ hasText: "Metal does not exist on this platform." }).waitFor();
  await editor.page.keyboard.press("Escape");
  await rows();
  await editor.page.keyboard.press("Escape");
});

test("beside the Prompty extension only the laser block is checked", async () => {
  await editor.openFile("both.prompty");
  await editor.page.locator(".squiggly-warning").first().waitFor();
  await editor.runCommand("View: Toggle Problems");
  const rows = editor.page.locator(".markers-panel .monaco-list-row", { hasText: "is not a key of" });
  await rows.filter({ hasText: "stratgy" }).waitFor();
  assert.equal(await rows.count(), 1);
});
