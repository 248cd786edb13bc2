// The server's handlers for the client's messages, available once the client has identified itself.
import type { Diagnostic } from "vscode-languageserver/node";
import { messageOf } from "../../core/base/index.ts";
import type { Places, ServerStatus } from "../protocol/methods.ts";
import type {
  CatalogueModel,
  FoundModel,
  HubModelState,
  FitFor,
  ModelChoice,
  ModelReport,
} from "../protocol/worker.ts";
import { DiagnosticsPublisher, type Published } from "./diagnostics.ts";
import { namedModels } from "./existingModels.ts";
import {
  PromptPools,
  TokenCounts,
  type Existing,
  type Features,
  type PromptDocument,
  type PromptDocuments,
} from "./language/index.ts";
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
  /** What the settings name for a document; null if the client doesn't say. */
  readonly places: (uri: string) => Promise<Places | null>;
}

export class Serving {
  readonly runs: Runs;
  readonly checks: DiagnosticsPublisher;
  readonly supervisor: Supervisor;
  readonly features: Features;
  readonly counts: TokenCounts;
  readonly existing: Existing;
  private readonly pools: PromptPools;
  private readonly tokenizer: TokenizerProcess;
  private trusted: boolean;

  constructor(workerPath: string, options: ServerOptions, prompts: PromptDocuments, hooks: ServingHooks) {
    this.trusted = options.trusted;
    this.supervisor = new Supervisor(workerPath, options, hooks);
    this.runs = new Runs(this.supervisor, options.limits, hooks);
    this.features = { laserOnly: options.laserOnly };
    const { debounceMs } = options.limits;
    this.tokenizer = new TokenizerProcess(workerPath, options.limits, hooks.log);
    this.counts = new TokenCounts((asked) => this.tokenizer.ask("tokenize", asked), hooks.log);
    const { places, log } = hooks;
    this.pools = new PromptPools({
      ...{ places, log, isTrusted: () => this.trusted },
      readGroups: (poolPath) => this.tokenizer.ask("poolGroups", { poolPath }),
    });
    this.existing = {
      groups: (document) => this.pools.groups(document),
      models: async ({ uri }) => namedModels(this, (await places(uri))?.modelFolders ?? []),
    };
    this.checks = new DiagnosticsPublisher(
      debounceMs,
      hooks.onDiagnostics,
      this.features,
      prompts,
      (document) => this.seen(document),
      (document, checkAgain) => {
        this.pools.look(document).then(
          (isNew) => {
            if (isNew) checkAgain();
          },
          (error: unknown) => {
            hooks.log(messageOf(error));
          },
        );
      },
    );
  }

  closed(document: { readonly uri: string }): void {
    this.checks.closed(document);
    this.counts.forget(document.uri);
    this.pools.forget(document.uri);
  }

  /** What only looking outside the file knows. */
  private seen(document: PromptDocument): readonly Diagnostic[] {
    const tooLong = this.features.laserOnly ? null : this.counts.tooLong(document);
    return [...this.pools.problems(document), ...(tooLong === null ? [] : [tooLong])];
  }

  grantTrust(): void {
    this.trusted = true;
  }

  /** @throws ServerError untrusted, since an untrusted workspace could choose what is loaded or fetched */
  requireTrust(action: "run" | "fetch"): void {
    if (!this.trusted) throw new ServerError({ tag: "untrusted", action });
  }

  models(fitFor: FitFor | null): Promise<readonly CatalogueModel[]> {
    return this.supervisor.use("other", (worker) => worker.ask("models", { ...(fitFor && { fitFor }) }));
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
