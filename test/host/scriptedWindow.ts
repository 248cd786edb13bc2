// A real window whose worker recites a script, so that no model is needed.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "mocha";
import * as vscode from "vscode";
import { COMMANDS } from "../../extension/host/catalogue.ts";
import type { InspectorApi } from "../../extension/main.ts";

export interface ScriptedWindow {
  /** There while tests run. */
  readonly api: InspectorApi;
  /** A path for a model: a named file is never asked to be downloaded, and the script takes its place. */
  readonly modelPath: string;
}

/** The extension, once it has started. */
export async function activated(): Promise<InspectorApi> {
  const extension = vscode.extensions.getExtension<InspectorApi>("laser-inspector.laser-inspector");
  assert.ok(extension !== undefined, "the extension is not there");
  return extension.activate();
}

/**
 * To be called where the tests of a suite are defined: before them the worker starts with the script, after them without.
 * @param configure sets what the suite needs set, before the worker starts, and undoes it
 */
export function scriptedWindow(
  script: object,
  configure: (isSet: boolean, modelPath: string) => Promise<void> = () => Promise.resolve(),
): ScriptedWindow {
  const folder = mkdtempSync(path.join(tmpdir(), "laser-script-"));
  const modelPath = path.join(folder, "a.gguf");
  let api: InspectorApi | null = null;
  before(async () => {
    api = await activated();
    const file = path.join(folder, "script.json");
    writeFileSync(file, JSON.stringify(script));
    process.env.LASER_WORKER_SCRIPT = file;
    await configure(true, modelPath);
    await vscode.commands.executeCommand(COMMANDS.restart);
  });
  after(async () => {
    delete process.env.LASER_WORKER_SCRIPT;
    await configure(false, modelPath);
    await vscode.commands.executeCommand(COMMANDS.restart);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    modelPath,
    get api() {
      return api ?? assert.fail("the extension has not started");
    },
  };
}
