// A request to the server with its progress in a notification that can be cancelled.
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { stopRequest, type RunId } from "../../server/protocol/methods.ts";
import { RequestFailed, type ServerClient } from "../run/client.ts";

export type Served<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly error: RequestFailed };

/** Sends the request made by `ask`, whose events carry the given id. */
export async function withServerProgress<Result>(
  client: ServerClient,
  title: string,
  ask: (runId: RunId) => Promise<Result>,
): Promise<Served<Result>> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, cancelled) => {
    const runId = randomUUID();
    let reported = 0;
    const listening = client.onRunEvent((notice) => {
      if (notice.runId !== runId || notice.event.kind !== "progress") return;
      const percent = Math.max(reported, Math.floor(100 * (notice.event.share ?? 0)));
      progress.report({ message: notice.event.message, increment: percent - reported });
      reported = percent;
    });
    const stopping = cancelled.onCancellationRequested(() => {
      client.request(stopRequest, { runId }).catch(() => null);
    });
    try {
      return { kind: "done", result: await ask(runId) };
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      return cancelled.isCancellationRequested ? { kind: "cancelled" } : { kind: "failed", error };
    } finally {
      listening.dispose();
      stopping.dispose();
    }
  });
}
