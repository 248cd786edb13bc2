// What is known of this machine's devices, asked of the server: back ends that were tried before are not tried again.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { devicesRequest } from "../../server/protocol/methods.ts";
import { RequestFailed, type ServerClient } from "../run/client.ts";
import { engineFacts, type EngineFacts } from "../shared/engineFacts.ts";

/** Null if the server can't be asked, as in a workspace that is not trusted. */
export async function engineFactsOf(client: ServerClient): Promise<EngineFacts | null> {
  if (!vscode.workspace.isTrusted) return null;
  try {
    return engineFacts(await client.request(devicesRequest, { runId: randomUUID(), again: false }));
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    return null; // A run reports it.
  }
}
