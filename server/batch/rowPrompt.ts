// From a row of the data to a prompt: its values filled in, a history cut to what fits, the chat template applied.
import { several } from "../../core/base/index.ts";
import {
  renderMessages,
  rowValues,
  withoutSamples,
  type PromptFile,
  type PromptValue,
  type ChatMessage,
} from "../../core/prompts/index.ts";
import type { DataRow } from "../data/index.ts";
import { tokenizeFragments, type Engine } from "../engine/index.ts";
import { applyTemplate, promptDeadline, type PreparedPrompt } from "../worker/index.ts";

export interface PromptOptions {
  readonly file: PromptFile;
  /** Of the file, for traces. */
  readonly name: string;
  /** Values for every row, over the row's own. */
  readonly values: Readonly<Record<string, PromptValue>>;
  /** Cuts a list, oldest first, until the whole prompt fits the number of tokens; null: nothing is cut. */
  readonly history: { readonly name: string; readonly maxTokens: number } | null;
  readonly engine: Pick<Engine, "chat" | "tokenizer">;
  /** For templates that write the date. */
  readonly now: Date;
  /** See the setting of that name. */
  readonly systemInUserTurn: boolean;
}

export interface RowPrompt {
  readonly prompt: PreparedPrompt;
  readonly historyCut: number;
}

/** Why a row can't become a prompt; other rows can. */
export class RowRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "RowRefused";
  }
}

/** @throws PromptError, RowRefused for a row that doesn't fit, though other rows may; AbortError when stopped meanwhile */
export type PromptOfRow = (row: DataRow) => RowPrompt;

export function promptMaker({
  file,
  name,
  values,
  history,
  engine,
  now,
  systemInUserTurn,
}: PromptOptions): PromptOfRow {
  const bare = withoutSamples(file);
  const prepare = (messages: readonly ChatMessage[]): PreparedPrompt =>
    applyTemplate(messages, name, engine, now, systemInUserTurn);
  return (row) => {
    const given = { ...rowValues(file, row.values), ...values };
    const filled = (changed: Readonly<Record<string, PromptValue>>): PreparedPrompt =>
      prepare(renderMessages(bare, { ...given, ...changed }, promptDeadline()).messages);
    if (history === null) return { prompt: filled({}), historyCut: 0 };
    const tokensOf = ({ fragments }: PreparedPrompt): number =>
      tokenizeFragments(engine.tokenizer, fragments).length;
    return cutHistory(given[history.name], history, (elements) => {
      const prompt = filled({ [history.name]: elements });
      return { prompt, tokens: tokensOf(prompt) };
    });
  };
}

/**
 * The prompt with as many of the newest elements as fit; a prompt is taken to grow with its history.
 * @param elements oldest first
 * @throws RowRefused without a list, or where the prompt is too long without any history
 */
function cutHistory(
  elements: PromptValue | undefined,
  { name, maxTokens }: { readonly name: string; readonly maxTokens: number },
  make: (elements: readonly PromptValue[]) => { readonly prompt: PreparedPrompt; readonly tokens: number },
): RowPrompt {
  if (!Array.isArray(elements))
    throw new RowRefused("historyNotAList", `its "${name}" is not a list, so --history-tokens can't cut it`);
  const list = elements as readonly PromptValue[];
  const whole = make(list);
  if (whole.tokens <= maxTokens) return { prompt: whole.prompt, historyCut: 0 };
  const none = make([]);
  if (none.tokens > maxTokens)
    throw new RowRefused(
      "historyCannotFit",
      `its prompt has ${several(none.tokens, "token")} without any history, and --history-tokens allows ${maxTokens}`,
    );
  // Cutting `fits` elements fits, cutting `tooLong` does not.
  let [tooLong, fits, best] = [0, list.length, none.prompt];
  while (tooLong + 1 < fits) {
    const middle = (tooLong + fits) >> 1;
    const tried = make(list.slice(middle));
    if (tried.tokens <= maxTokens) [fits, best] = [middle, tried.prompt];
    else tooLong = middle;
  }
  return { prompt: best, historyCut: fits };
}
