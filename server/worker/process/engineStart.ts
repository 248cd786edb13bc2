// The start of the engine before any model is wanted. A load that comes meanwhile waits for it instead of doing the same
// again beside it, and shows what it waits for.
import type { ModelChoice } from "../../protocol/worker.ts";
import type { LoadHooks, PrepareEngine } from "../model/loadModel.ts";

type Report = LoadHooks["onProgress"];

export class EngineStart {
  private inHand: Promise<void> = Promise.resolve();
  private words: string | null = null;
  /** Of the loads that wait. */
  private readonly reports = new Set<Report>();

  constructor(private readonly prepare: PrepareEngine) {}

  /** Starts it, after an earlier start has ended. @throws as `prepare` */
  begin(choice: ModelChoice, { signal, log }: Omit<LoadHooks, "onProgress">): Promise<void> {
    const onProgress: Report = (message, share) => {
      this.words = message;
      for (const report of this.reports) report(message, share);
    };
    const started = this.inHand
      .then(() => this.prepare(choice, { signal, log, onProgress }))
      .finally(() => {
        this.words = null;
      });
    this.inHand = started.catch(() => undefined); // A load meets the same fault, and reports it.
    return started;
  }

  /** Resolves when no start is in hand. @throws the signal's reason when stopped, while the start continues */
  async ended({ signal, onProgress }: Pick<LoadHooks, "signal" | "onProgress">): Promise<void> {
    if (this.words !== null) onProgress(this.words, null);
    this.reports.add(onProgress);
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    signal.addEventListener("abort", stop, { once: true });
    try {
      await Promise.race([this.inHand, stopped]);
      signal.throwIfAborted();
    } finally {
      signal.removeEventListener("abort", stop);
      this.reports.delete(onProgress);
    }
  }
}
