// The server's handlers for the client's messages, available once the client has identified itself.
import type { ServerStatus } from "../protocol/methods.ts";
import type {
  CatalogueModel,
  FoundModel,
  HubModelState,
  ModelChoice,
  ModelReport,
} from "../protocol/worker.ts";
import { DiagnosticsPublisher, type Published } from "./diagnostics.ts";
import { TokenCounts, type Features, type PromptDocuments } from "./language/index.ts";
import { ServerError } from "./errors.ts";
import type { ServerOptions } from "./options.ts";
import type { RunHooks } from "./run.ts";
import { Runs } from "./runs.ts";
import { Supervisor } from "./supervisor.ts";
import type { Carried } from "./worker.ts";
import { TokenizerProcess } from "./tokenizer.ts";

export interface ServingHooks extends RunHooks {
  readonly onStatus: (status: ServerStatus) => void;
  readonly onDiagnostics: (published: Published) => void;
}

export class Serving {
  readonly runs: Runs;
  readonly checks: DiagnosticsPublisher;
  readonly supervisor: Supervisor;
  readonly features: Features;
  readonly counts: TokenCounts;
  private readonly tokenizer: TokenizerProcess;
  private trusted: boolean;

  constructor(workerPath: string, options: ServerOptions, prompts: PromptDocuments, hooks: ServingHooks) {
    this.trusted = options.trusted;
    this.supervisor = new Supervisor(workerPath, options, hooks);
    this.runs = new Runs(this.supervisor, options.limits, hooks);
    this.features = { laserOnly: options.laserOnly };
    const { debounceMs } = options.limits;
    this.tokenizer = new TokenizerProcess(workerPath, options.limits, hooks.log);
    this.counts = new TokenCounts((asked) => this.tokenizer.tokenize(asked), hooks.log);
    this.checks = new DiagnosticsPublisher(
      debounceMs,
      hooks.onDiagnostics,
      this.features,
      prompts,
      (document) => this.counts.tooLong(document),
    );
  }

  grantTrust(): void {
    this.trusted = true;
  }

  /** @throws ServerError untrusted, since an untrusted workspace could choose what is loaded or fetched */
  requireTrust(action: "run" | "fetch"): void {
    if (!this.trusted) throw new ServerError({ tag: "untrusted", action });
  }

  models(): Promise<readonly CatalogueModel[]> {
    return this.supervisor.use("other", (worker) => worker.ask("models", {}));
  }

  modelFiles(params: Carried<"modelFiles">): Promise<readonly FoundModel[]> {
    return this.supervisor.use("other", (worker) => worker.ask("modelFiles", params));
  }

  hubModels(): Promise<readonly HubModelState[]> {
    return this.supervisor.use("other", (worker) => worker.ask("hubModels", {}));
  }

  modelReport(model: ModelChoice): Promise<ModelReport> {
    return this.supervisor.use("other", (worker) => worker.ask("modelReport", { model }));
  }

  /** Ends all runs and the worker at once; the worker may start again, however often it crashed. */
  async restart(): Promise<void> {
    this.runs.stopAll();
    await this.supervisor.restart();
    await this.runs.ended();
  }

  async close(): Promise<void> {
    this.runs.stopAll();
    await Promise.all([this.supervisor.close(), this.tokenizer.close()]);
    await this.runs.ended();
  }
}
