// How long a text the chosen model was made for, by the head of its file: known before anything is loaded.
import * as vscode from "vscode";
import { modelReportRequest } from "../../server/protocol/methods.ts";
import { RequestFailed, type ServerClient } from "../run/client.ts";
import { quietSettings } from "../settings/config.ts";

/** In tokens; null if it isn't known, as for a model that is not there. */
export async function trainContextTokensOf(client: ServerClient): Promise<number | null> {
  const settings = vscode.workspace.isTrusted ? quietSettings() : null;
  if (settings === null) return null;
  try {
    const { file } = await client.request(modelReportRequest, { model: settings.model });
    return file.contextTokens;
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    return null; // A run reports it.
  }
}
