// The model page: what is known of the model that the settings choose, and the estimate of its speed-up with the pool in use.
import path from "node:path";
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { parse, unreachable } from "../../core/base/index.ts";
import { devicesRequest, modelReportRequest } from "../../server/protocol/methods.ts";
import { COMMANDS } from "../host/catalogue.ts";
import { LaserCommandFailed, laserPrograms, readFromLaser } from "../host/laserProcess.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { SinglePage } from "../host/singlePage.ts";
import { RequestFailed, type ServerClient } from "../run/client.ts";
import { quietSettings } from "../settings/config.ts";
import { modelFlags } from "../settings/settingFlags.ts";
import type { InspectorSettings } from "../settings/settingValues.ts";
import {
  EstimateSchema,
  FromModelPageSchema,
  type Estimate,
  type FromModelPage,
  type ToModelPage,
} from "../shared/modelPage.ts";

/** View type of the page. */
const VIEW_TYPE = "laser.modelPage";

export interface ModelPageOwner {
  readonly extensionUri: vscode.Uri;
  readonly client: ServerClient;
  readonly log: vscode.LogOutputChannel;
}

/** One page per window. */
export const modelPage = (owner: ModelPageOwner): SinglePage<ModelPage> =>
  new SinglePage(owner.extensionUri, {
    viewType: VIEW_TYPE,
    page: "model",
    title: vscode.l10n.t("LASER: Model"),
    attach: (panel) => new ModelPage(owner, panel),
  });

class ModelPage implements Disposable {
  private readonly store = new DisposableStore();
  /** The estimate that is running, and the options of the model that it measures. */
  private measuring: { readonly stop: AbortController; readonly flags: string } | null = null;
  /** Of the newest report that was asked for: an older one that arrives later is not shown. */
  private turn = 0;

  constructor(
    private readonly owner: ModelPageOwner,
    private readonly panel: vscode.WebviewPanel,
  ) {
    const { webview } = this.store.add(panel);
    this.store.add(webview.onDidReceiveMessage((message: unknown) => void this.handleMessage(message)));
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration("laser")) return;
        const settings = quietSettings();
        // It would be shown as that of the settings from now on.
        if (settings !== null && this.measuring?.flags !== flagsOf(settings)) this.measuring?.stop.abort();
        void this.report();
      }),
    );
    // Loaded, unloaded, or a run corrected what is known.
    let state = owner.client.status.state;
    this.store.add(
      owner.client.onStatus((status) => {
        const isNews = status.state !== state && (status.state === "ready" || status.state === "idle");
        state = status.state;
        if (isNews) void this.report();
      }),
    );
  }

  reveal(): void {
    this.panel.reveal();
    void this.report();
  }

  dispose(): void {
    this.measuring?.stop.abort();
    this.store.dispose();
  }

  private async handleMessage(given: unknown): Promise<void> {
    const message = parse(FromModelPageSchema, given);
    if (message === null) {
      this.owner.log.warn(`the model page sent an invalid message: ${JSON.stringify(given)}`);
      return;
    }
    if (message.kind === "ready") await this.report();
    else await this.act(message.command);
  }

  private async act(command: Extract<FromModelPage, { kind: "command" }>["command"]): Promise<void> {
    switch (command) {
      case "chooseModel":
        await vscode.commands.executeCommand(COMMANDS.chooseModel);
        return;
      case "engineChoices":
        await vscode.commands.executeCommand(COMMANDS.engineChoices);
        return;
      case "showDevices":
        await vscode.commands.executeCommand(COMMANDS.showDevices);
        return this.report();
      case "installGpuSupport":
        await vscode.commands.executeCommand(COMMANDS.installGpuSupport);
        return this.report();
      case "generate":
        await vscode.commands.executeCommand(COMMANDS.generate);
        return;
      case "refresh":
        return this.report();
      case "estimate":
        return this.estimate();
      case "stopEstimate":
        this.measuring?.stop.abort();
        return;
      default:
        return unreachable(command);
    }
  }

  private async report(): Promise<void> {
    const turn = ++this.turn;
    const message = await this.knowledge();
    if (turn === this.turn) await this.post(message);
  }

  private async knowledge(): Promise<ToModelPage> {
    const settings = vscode.workspace.isTrusted ? quietSettings() : null;
    if (settings === null) return { kind: "unknown", error: noSettings() };
    const { client } = this.owner;
    try {
      const asked = { model: settings.model };
      let report = await client.request(modelReportRequest, asked);
      // What was tried before is kept: this takes long once on a machine.
      const devices = await client
        .request(devicesRequest, { runId: randomUUID(), again: false })
        .catch((error: unknown) => {
          if (!(error instanceof RequestFailed)) throw error;
          return null;
        });
      // Whether the model fits a GPU is known once that was tried.
      if (devices !== null && report.file.fit?.untried != null)
        report = await client.request(modelReportRequest, asked);
      const pool = settings.poolFile === "" ? null : path.basename(settings.poolFile);
      return { kind: "known", known: { report, choice: settings.model, devices, pool } };
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      return { kind: "unknown", error: error.text };
    }
  }

  /** `laser estimate`, which measures T(n) and decodes the pool's answers on that clock. */
  private async estimate(): Promise<void> {
    const settings = vscode.workspace.isTrusted ? quietSettings() : null;
    if (settings === null || settings.poolFile === "" || this.measuring !== null) return;
    const stopping = new AbortController();
    this.measuring = { stop: stopping, flags: flagsOf(settings) };
    await this.post({ kind: "estimating", pool: path.basename(settings.poolFile) });
    try {
      const estimate = await this.runEstimate(settings, stopping.signal);
      await this.post({ kind: "estimated", estimate });
    } catch (error) {
      if (!(error instanceof LaserCommandFailed) && !stopping.signal.aborted) throw error;
      const text = error instanceof LaserCommandFailed && !stopping.signal.aborted ? error.text : null;
      if (text !== null) this.owner.log.error(`${text.message} ${text.nextStep}`);
      await this.post({ kind: "notEstimated", error: text });
    } finally {
      this.measuring = null;
    }
  }

  private runEstimate({ model, poolFile }: InspectorSettings, signal: AbortSignal): Promise<Estimate> {
    const programs = laserPrograms(this.owner, "estimate");
    const args = ["estimate", "--json", "--quiet", ...modelFlags(model), "--", poolFile];
    return readFromLaser(programs, args, EstimateSchema, signal);
  }

  private async post(message: ToModelPage): Promise<void> {
    await this.panel.webview.postMessage(message);
  }
}

const flagsOf = ({ model }: InspectorSettings): string => JSON.stringify(modelFlags(model));

function noSettings() {
  return vscode.workspace.isTrusted
    ? {
        code: "settingInvalid",
        message: vscode.l10n.t("A setting of LASER can't be used."),
        nextStep: vscode.l10n.t('Run "LASER: Open Settings Editor" and correct what it marks.'),
      }
    : {
        code: "untrusted",
        message: vscode.l10n.t("The workspace is not trusted: its files would choose the model."),
        nextStep: vscode.l10n.t('Run "Workspaces: Manage Workspace Trust".'),
      };
}
