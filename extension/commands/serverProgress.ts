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
  const steps = new Steps(client, runId);
  const asked = ask(runId)
    .then(
      (result): Served<Result> => ({ kind: "done", result }),
      (error: unknown): Served<Result> => {
        if (!(error instanceof RequestFailed)) throw error;
        return { kind: "failed", error };
      },
    )
    .finally(() => {
      steps.dispose();
    });
  const served = await Promise.race([asked, setTimeout(UNSEEN_MS, null)]);
  return served ?? shown(client, title, steps, asked);
}

/** What a request has reported. It may report its last step before the notification is there, and then wait for long. */
class Steps {
  private latest: { readonly message: string; readonly percent: number } | null = null;
  private shown: ((step: { readonly message: string; readonly increment: number }) => void) | null = null;
  private shownPercent = 0;
  private readonly listening: vscode.Disposable;

  constructor(
    client: ServerClient,
    readonly runId: RunId,
  ) {
    this.listening = client.onRunEvent(({ runId: from, event }) => {
      if (from !== runId || event.kind !== "progress") return;
      const percent = Math.max(this.latest?.percent ?? 0, Math.floor(100 * (event.share ?? 0)));
      this.latest = { message: event.message, percent };
      this.show();
    });
  }

  /** Reports the latest step, and each that follows. */
  reportTo(show: NonNullable<Steps["shown"]>): void {
    this.shown = show;
    this.show();
  }

  dispose(): void {
    this.listening.dispose();
  }

  private show(): void {
    if (this.shown === null || this.latest === null) return;
    const { message, percent } = this.latest;
    this.shown({ message, increment: percent - this.shownPercent });
    this.shownPercent = percent;
  }
}

function shown<Result>(
  client: ServerClient,
  title: string,
  steps: Steps,
  asked: Promise<Served<Result>>,
): Thenable<Served<Result>> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, cancelled) => {
    steps.reportTo((step) => {
      progress.report(step);
    });
    const stopping = cancelled.onCancellationRequested(() => {
      client.request(stopRequest, { runId: steps.runId }).catch(() => null);
    });
    try {
      const served = await asked;
      return served.kind === "failed" && cancelled.isCancellationRequested ? { kind: "cancelled" } : served;
    } finally {
      stopping.dispose();
    }
  });
}
