// Token counts of prompt documents and of values in them, by the tokenizer of the model that the editor last named.
import type { Diagnostic } from "vscode-languageserver/node";
import { messageOf, t } from "../../../core/base/index.ts";
import type { PromptValue } from "../../../core/prompts/index.ts";
import { contextNote } from "../../../core/settings/index.ts";
import type { ChatTokens, CountedModel, PromptTokens, RenderedPrompt } from "../../protocol/methods.ts";
import type { TokenizedPrompt, WorkerResults } from "../../protocol/worker.ts";
import type { Carried } from "../worker.ts";
import type { PromptDocument } from "./promptDocument.ts";

/** Asks the process that holds the tokenizer. */
export type Tokenize = (asked: Carried<"tokenize">) => Promise<WorkerResults["tokenize"]>;

/** Values whose counts are kept: as many as a session hovers over. */
const MAX_KEPT = 500;

export class TokenCounts {
  private model: CountedModel | null = null;
  private readonly known = new Map<string, number>();
  /** `isAtMost`: no setting gives the model a longer context. */
  private readonly last = new Map<string, PromptTokens & { readonly isAtMost: boolean }>();

  constructor(
    private readonly tokenize: Tokenize,
    private readonly log: (line: string) => void,
  ) {}

  /** @throws ServerError for a model that can't be used */
  async ofPrompt(
    document: PromptDocument,
    model: CountedModel,
    systemInUserTurn: boolean,
  ): Promise<PromptTokens> {
    if (JSON.stringify(model) !== JSON.stringify(this.model)) this.known.clear();
    this.model = model;
    const { file } = document.prompt;
    const texts = file.sections.map(({ template }) => template);
    const values = Object.fromEntries(
      file.variables
        .filter(({ uses, value }) => uses.length > 0 && value !== null)
        .map(({ name, value }): [string, PromptValue] => [name, value]),
    );
    const prompt = { source: document.text, promptFile: "prompt.prompty", values, systemInUserTurn };
    const counted = await this.tokenize({ model, texts, prompt });
    const result: PromptTokens = {
      file: counted.file,
      contextTokens: counted.contextTokens,
      contextNote: contextNote(model.contextTokens, counted.trainContextTokens),
      promptTokens: counted.prompt !== null && "tokens" in counted.prompt ? counted.prompt.tokens : null,
      error: counted.prompt !== null && "error" in counted.prompt ? counted.prompt.error : null,
      maxTokens: file.parameters.laser?.maxTokens ?? file.parameters.maxTokens ?? null,
      sections: file.sections.map(({ role, content }, index) => ({
        ...{ role, start: content.start.offset },
        ends: counted.ends[index] ?? [],
      })),
    };
    const isAtMost = counted.contextTokens === counted.trainContextTokens;
    this.last.set(document.uri, { ...result, isAtMost });
    return result;
  }

  /** Tokens of a text on its own; null while no model is named, or none can be used. */
  async count(text: string): Promise<number | null> {
    const { model } = this;
    if (model === null) return null;
    const known = this.known.get(text);
    if (known !== undefined) return known;
    try {
      const { ends } = await this.tokenize({ model, texts: [text], prompt: null });
      const count = ends[0]?.length ?? 0;
      if (this.known.size >= MAX_KEPT) this.known.clear();
      this.known.set(text, count);
      return count;
    } catch (error) {
      this.log(t("tokens are not counted: {0}", messageOf(error)));
      return null;
    }
  }

  /** Tokens of texts, and of messages in the model's chat template. @throws ServerError for a model that can't be used */
  async ofChat({
    model,
    texts,
    messages,
    systemInUserTurn,
  }: {
    readonly model: CountedModel;
    readonly texts: readonly string[];
    readonly messages: NonNullable<TokenizedPrompt["messages"]>;
    readonly systemInUserTurn: boolean;
  }): Promise<ChatTokens> {
    const prompt =
      messages.length === 0 ? null : { source: "", promptFile: null, values: {}, messages, systemInUserTurn };
    const { ends, prompt: counted, ...facts } = await this.tokenize({ model, texts, prompt });
    return {
      ...facts,
      texts: ends.map(({ length }) => length),
      messages: counted !== null && "tokens" in counted ? counted.tokens : null,
    };
  }

  /** A prompt as the model gets it. @throws ServerError for a model that can't be used */
  async rendered(model: CountedModel, prompt: TokenizedPrompt): Promise<RenderedPrompt> {
    const {
      file,
      contextTokens,
      prompt: counted,
    } = await this.tokenize({
      ...{ model, texts: [], prompt, isShown: true },
    });
    if (counted === null) throw new Error("a prompt was given and not counted");
    if ("error" in counted) return { file, contextTokens, prompt: counted };
    const { tokens, shown } = counted;
    if (shown === null) throw new Error("a prompt was to be shown and was not");
    return { file, contextTokens, prompt: { tokens, shown } };
  }

  forget(uri: string): void {
    this.last.delete(uri);
  }

  /** The problem of a prompt that leaves the answer no room, by the last count; null if there is none. */
  tooLong(document: PromptDocument): Diagnostic | null {
    const counted = this.last.get(document.uri);
    if (counted?.promptTokens == null || counted.promptTokens < counted.contextTokens) return null;
    const section = document.prompt.file.sections.at(-1);
    if (section === undefined) return null;
    const { start, end } = section.roleLine ?? section.content;
    const nextStep = counted.isAtMost
      ? t("Shorten it, or choose another model: this one was not made for more.")
      : t("Shorten it, or raise laser.contextTokens.");
    return {
      severity: 1,
      code: "promptTooLong",
      source: "LASER",
      message: t(
        "The prompt has {0} tokens with its sample values, and the context has {1}. {2}",
        counted.promptTokens,
        counted.contextTokens,
        nextStep,
      ),
      range: document.rangeOf({ start: start.offset, end: end.offset }),
    };
  }
}
