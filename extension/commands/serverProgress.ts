// A request to the server, with its progress in a notification that can be cancelled if it takes long enough to be read.
import { setTimeout } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { stopRequest, type RunId } from "../../server/protocol/methods.ts";
import { RequestFailed, type ServerClient } from "../run/client.ts";

export type Served<Result> =
  | { readonly kind: "done"; readonly result: Result }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly error: RequestFailed };

/** VS Code leaves a notification for most of a second: one for what is known already would only cover other things. */
const UNSEEN_MS = 300;

/** Sends the request made by `ask`, whose events carry the given id. */
export async function withServerProgress<Result>(
  client: ServerClient,
  title: string,
  ask: (runId: RunId) => Promise<Result>,
): Promise<Served<Result>> {
  const runId = randomUUID();
  const asked = ask(runId).then(
    (result): Served<Result> => ({ kind: "done", result }),
    (error: unknown): Served<Result> => {
      if (!(error instanceof RequestFailed)) throw error;
      return { kind: "failed", error };
    },
  );
  const served = await Promise.race([asked, setTimeout(UNSEEN_MS, null)]);
  return served ?? shown(client, title, runId, asked);
}

function shown<Result>(
  client: ServerClient,
  title: string,
  runId: RunId,
  asked: Promise<Served<Result>>,
): Thenable<Served<Result>> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, cancelled) => {
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
      const served = await asked;
      return served.kind === "failed" && cancelled.isCancellationRequested ? { kind: "cancelled" } : served;
    } finally {
      listening.dispose();
      stopping.dispose();
    }
  });
}
