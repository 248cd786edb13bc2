// What a run is doing, in words that are true at each moment, and how far it has got. Pure.
import { unreachable, t } from "../../../core/base/index.ts";
import { loopWords } from "../../../core/inspect/index.ts";
import type { Queue, RunModel } from "./model.ts";

export interface RunState {
  readonly words: string;
  /** How far it is, 0 … 1; null if unknown. */
  readonly share: number | null;
}

/** Of a run that has not ended. */
export function stateOf({ progress, header, counts }: RunModel, { behind }: Queue): RunState {
  if (progress !== null) {
    const { message, share } = progress;
    const percent = share === null ? "" : ` ${Math.floor(100 * share)} %`;
    return { words: `${message.charAt(0).toUpperCase()}${message.slice(1)}${percent}`, share };
  }
  if (header === null && behind !== null) return { words: t("Queued after {0}", behind), share: null };
  if (header === null) return { words: t("Waiting for the model"), share: null };
  if (counts.steps === 0) return { words: t("Reading the prompt"), share: null };
  const { maxTokens } = header.request;
  return {
    words: t("{0} of {1} tokens", counts.committed.toLocaleString("en"), maxTokens.toLocaleString("en")),
    share: Math.min(1, counts.committed / maxTokens),
  };
}

/** How a run ended, in few words. */
export function endWords({ ended, header, counts }: RunModel): string {
  const finish = ended?.finish ?? null;
  const limit = header?.request.maxTokens ?? counts.committed;
  switch (finish) {
    case null:
      return header === null ? "starting" : "running";
    case "endOfText":
    case "complete":
      return "finished";
    case "stop":
      return t("ended at a stop sequence");
    case "loop":
      return t("stopped at a loop");
    case "maxTokens":
      return t("stopped at the limit of {0} tokens", limit.toLocaleString("en"));
    case "stopped":
      return "stopped";
    case "failed":
      return "failed";
    case "busy":
      return t("not started");
    default:
      return unreachable(finish);
  }
}

/** E.g. "repeats itself from token 101"; null if the answer does not. */
export function loopBadge({ loop }: RunModel): string | null {
  return loop === null ? null : loopWords(loop);
}

/** E.g. "book" of the prompt file book.prompty, else what was run. */
export function runName({ header, identity }: Pick<RunModel, "header" | "identity">): string {
  const known = header?.request ?? identity;
  if (known === null) return t("A run");
  const file = known.promptFile;
  if (file === null) return t("Selected text");
  return file.endsWith(".prompty") ? file.replace(/^.*[\\/]/, "").slice(0, -".prompty".length) : file;
}
