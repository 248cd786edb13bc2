// The local model as a model of VS Code's chat: what other extensions and the chat view ask of it is a run
// like any other, with drafts, a trace and the panel. Text only: no tools, no images.
import * as vscode from "vscode";
import { chatTokensRequest, type ChatTokens } from "../../server/protocol/methods.ts";
import { CHAT_VENDOR } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { RequestFailed, type ServerClient } from "../run/client.ts";
import type { RunRequest, Runs } from "../run/runs.ts";
import { countedModel } from "../settings/countedModel.ts";
import { quietSettings } from "../settings/config.ts";
import { poolInUse } from "../settings/poolInUse.ts";
import type { InspectorSettings } from "../settings/settingValues.ts";
import type { RunSnapshot } from "../shared/panel.ts";
import { CHAT_PROMPT } from "../shared/runName.ts";
import { chatLimits } from "./chatLimits.ts";
import { chatMessages, textOf, type ChatMessages } from "./chatMessages.ts";
import { withModelOptions } from "./modelOptions.ts";

export interface ChatModelParts {
  readonly client: ServerClient;
  readonly runs: Runs;
  readonly log: vscode.LogOutputChannel;
  readonly traceFolder: string;
}

type Model = vscode.LanguageModelChatInformation;
/** All that counting depends on. */
type Counted = Pick<InspectorSettings, "model" | "generation">;

/** Offers the model; null if this VS Code has no interface for it. */
export function offerChatModel(parts: ChatModelParts): Disposable | null {
  // The lowest version that is supported has it; a fork of VS Code may not.
  const lm = vscode.lm as Partial<typeof vscode.lm> | undefined;
  if (lm?.registerLanguageModelChatProvider === undefined) {
    parts.log.info(
      "this editor has no interface for chat models: the local model is not offered to its chat",
    );
    return null;
  }
  const store = new DisposableStore();
  const model = store.add(new ChatModel(parts));
  store.add(lm.registerLanguageModelChatProvider(CHAT_VENDOR, model));
  return store;
}

class ChatModel implements vscode.LanguageModelChatProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  readonly onDidChangeLanguageModelChatInformation = this.changed.event;

  constructor(private readonly parts: ChatModelParts) {
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        const matters = ["model", "contextTokens", "chatTemplate", "maxTokens"];
        if (matters.some((name) => change.affectsConfiguration(`laser.${name}`))) this.changed.fire();
      }),
    );
    this.store.add(
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.changed.fire();
      }),
    );
    // A model that was downloaded without being chosen, such as the demo model, is known by its first run.
    let loaded: string | null = null;
    this.store.add(
      parts.client.onStatus(({ stats }) => {
        const file = stats?.model?.file ?? null;
        if (file !== null && file !== loaded) this.changed.fire();
        loaded = file ?? loaded;
      }),
    );
  }

  /** The model that the settings choose, if it is on this machine. */
  async provideLanguageModelChatInformation(): Promise<Model[]> {
    const settings = vscode.workspace.isTrusted ? quietSettings() : null;
    if (settings === null) return [];
    const counted = await this.count(settings, [], []).catch((error: unknown) => {
      // Such as a model that isn't fetched yet; the command that chooses one reports it.
      if (!(error instanceof RequestFailed)) throw error;
      this.parts.log.debug(`the model is not offered to chats: ${error.text.message}`);
      return null;
    });
    if (counted === null) return [];
    const { file, name, architecture, contextTokens } = counted;
    return [
      {
        ...{ id: file, name, family: architecture, version: file },
        detail: vscode.l10n.t("local, LASER"),
        tooltip: vscode.l10n.t(
          "{0} on this machine, with speculative decoding; each answer is recorded as a trace. Text only: no tools, no images.",
          file,
        ),
        ...chatLimits(contextTokens, settings.generation.maxTokens),
        capabilities: { toolCalling: false, imageInput: false },
      },
    ];
  }

  async provideLanguageModelChatResponse(
    model: Model,
    given: readonly vscode.LanguageModelChatRequestMessage[],
    { modelOptions = {}, tools = [], toolMode }: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    if (tools.length > 0 && toolMode === vscode.LanguageModelChatToolMode.Required)
      throw new Error(vscode.l10n.t("{0} can't call tools. Ask it without tools.", model.name));
    const request = this.requestOf(chatMessages(given), modelOptions, model);
    let sent = 0;
    const send = ({ pieces }: RunSnapshot): void => {
      const text = pieces
        .slice(sent)
        .flat()
        .map((piece) => piece.text)
        .join("");
      sent = pieces.length;
      if (text !== "") progress.report(new vscode.LanguageModelTextPart(text));
    };
    const { ended } = await this.parts.runs.run(request, "queue", send, token);
    if (ended?.error) throw new Error(`${ended.error.message} ${ended.error.nextStep}`);
  }

  /**
   * For a text, its own tokens; for a message, those of a prompt with only this message, so that no sum is
   * too small.
   */
  async provideTokenCount(
    _model: Model,
    given: string | vscode.LanguageModelChatRequestMessage,
  ): Promise<number> {
    const settings = quietSettings();
    if (settings === null)
      throw new Error(vscode.l10n.t("A setting of LASER can't be used: its tokens can't be counted."));
    const text = typeof given === "string" ? given : textOf(given);
    const messages = typeof given === "string" ? [] : chatMessages([given]);
    const { texts, messages: inTemplate } = await this.count(settings, [text], messages);
    return inTemplate ?? texts[0] ?? 0;
  }

  dispose(): void {
    this.store.dispose();
  }

  /** @throws RequestFailed for a model that can't be used */
  private count(
    { model: choice, generation }: Counted,
    texts: readonly string[],
    messages: ChatMessages,
  ): Promise<ChatTokens> {
    const model = countedModel(choice);
    const { systemInUserTurn } = generation;
    return this.parts.client.request(chatTokensRequest, {
      ...{ model, systemInUserTurn, messages },
      texts: [...texts],
    });
  }

  /** @throws Error for settings or options that can't be used */
  private requestOf(
    messages: ChatMessages,
    options: Readonly<Record<string, unknown>>,
    { maxOutputTokens }: Model,
  ): RunRequest {
    const configured = quietSettings();
    if (configured === null)
      throw new Error(
        vscode.l10n.t('A setting of LASER can\'t be used. Run "LASER: Open Settings Editor" to fix it.'),
      );
    const { settings, unknown, problems } = withModelOptions(
      { ...configured.generation, maxTokens: maxOutputTokens },
      options,
    );
    if (problems.length > 0) throw new Error(problems.join(" "));
    if (unknown.length > 0)
      this.parts.log.debug(`chat: options without a meaning here: ${unknown.join(", ")}`);
    return {
      model: configured.model,
      generate: {
        ...{ source: "", promptFile: CHAT_PROMPT, values: {}, messages, settings },
        poolPath: poolInUse({ ...configured, generation: settings }),
      },
      traceFolder: configured.recordTraces ? this.parts.traceFolder : null,
      traceForm: configured.traceForm,
    };
  }
}
