// Writes a file whole or not at all: beside its place first, then renamed.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** @throws what the file system says; the file is then unchanged */
export async function writeAside(target: vscode.Uri, bytes: Uint8Array): Promise<void> {
  // A name that can't be guessed, so that no link can be placed there in advance.
  const temporary = target.with({ path: `${target.path}.${randomBytes(8).toString("hex")}.tmp` });
  try {
    await vscode.workspace.fs.writeFile(temporary, bytes);
    await vscode.workspace.fs.rename(temporary, target, { overwrite: true });
  } catch (error) {
    await vscode.workspace.fs.delete(temporary).then(undefined, () => undefined);
    throw error;
  }
}
