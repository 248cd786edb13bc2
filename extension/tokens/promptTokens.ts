// Tokens of the active prompt: counted a moment after it changes, shown in the status bar, marked in the editor on demand.
import * as vscode from "vscode";
import { promptTokensRequest, type PromptTokens } from "../../server/protocol/methods.ts";
import { COMMANDS, LANGUAGE } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import type { ServerClient } from "../run/client.ts";
import { quietSettings } from "../settings/config.ts";
import { TokenMarks } from "./boundaries.ts";
import { countedModel } from "../settings/countedModel.ts";
import { statusText, statusTooltip } from "./budgetText.ts";

const PAUSE_MS = 400;

export class PromptTokenCounts implements Disposable {
  private readonly store = new DisposableStore();
  private readonly item: vscode.StatusBarItem;
  private readonly marks = this.store.add(new TokenMarks());
  private timer: NodeJS.Timeout | undefined;
  /** Of the newest count that was begun: an older one that ends later is not shown. */
  private turn = 0;

  constructor(
    private readonly client: ServerClient,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.item = this.store.add(
      vscode.window.createStatusBarItem("laser.promptTokens", vscode.StatusBarAlignment.Right, 101),
    );
    this.item.name = vscode.l10n.t("LASER: Tokens of the Prompt");
    this.item.command = COMMANDS.toggleTokens;
    this.store.add(
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.schedule(0);
      }),
    );
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || document !== this.editor?.document) return;
        this.marks.clear(); // Until they are counted again, they would be in wrong places.
        this.schedule(PAUSE_MS);
      }),
    );
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("laser")) this.schedule(PAUSE_MS);
      }),
    );
    this.store.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.schedule(PAUSE_MS);
      }),
    );
    this.schedule(0);
  }

  /** Shows or hides token boundaries in prompts. */
  async toggle(): Promise<void> {
    this.marks.toggle();
    await this.update();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.store.dispose();
  }

  /** The active prompt; the last one while an answer or a view has the focus is not counted again. */
  private get editor(): vscode.TextEditor | undefined {
    const { activeTextEditor } = vscode.window;
    return activeTextEditor?.document.languageId === LANGUAGE ? activeTextEditor : undefined;
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer);
    if (this.editor === undefined) {
      this.turn++;
      this.item.hide();
      return;
    }
    this.timer = setTimeout(() => void this.update(), delayMs);
  }

  private async update(): Promise<void> {
    const { editor } = this;
    if (editor === undefined || !vscode.workspace.isTrusted) return;
    const turn = ++this.turn;
    const { version, uri } = editor.document;
    const settings = quietSettings(uri);
    if (settings === null) return;
    const model = countedModel(settings.model);
    const { systemInUserTurn, maxTokens } = settings.generation;
    const asked = { uri: uri.toString(), model, systemInUserTurn };
    const counted = await this.client.request(promptTokensRequest, asked).catch((error: unknown) => {
      // Such as a missing model: a run will report it.
      this.log.debug(`tokens are not counted: ${String(error)}`);
      return null;
    });
    if (turn !== this.turn || editor.document.version !== version) return;
    this.show(editor, counted, maxTokens);
  }

  private show(editor: vscode.TextEditor, counted: PromptTokens | null, maxTokens: number): void {
    if (counted === null) {
      this.item.hide();
      this.marks.clear();
      return;
    }
    this.item.text = statusText(counted);
    this.item.tooltip = statusTooltip(counted, maxTokens);
    const isTooLong = counted.promptTokens !== null && counted.promptTokens >= counted.contextTokens;
    this.item.backgroundColor = isTooLong
      ? new vscode.ThemeColor("statusBarItem.errorBackground")
      : undefined;
    this.item.show();
    this.marks.show(editor, counted.sections);
  }
}
