// Where a continued run starts, in the same words for every list, page and terminal: how many answer tokens
// of earlier runs are reused, and separately the token that was chosen to follow them.
import { t } from "../../base/index.ts";
import { tokenText } from "../text.ts";
import type { Trace, TraceParent, TraceRequest } from "../types.ts";

type Inheriting = Pick<TraceRequest, "promptTokens" | "inheritedTokens" | "parent">;

export interface Origin {
  /** Tokens of the whole answer that are reused, from its first token on, not counting the chosen token. */
  readonly standingTokens: number;
  /** Text of the token that was chosen to follow them; null if the run chose it itself. */
  readonly taken: string | null;
  /** Text of the token that followed them in the earlier run; null at its end. */
  readonly was: string | null;
  /** null if the trace does not record it. */
  readonly parent: TraceParent | null;
}

/** How many tokens of earlier answers a continued run reuses; null for a run that began its own answer. */
export function standingTokens(request: Inheriting): number | null {
  const { inheritedTokens = 0, parent } = request;
  if (parent === undefined && inheritedTokens === 0) return null;
  return inheritedTokens - (typeof parent?.token === "number" ? 1 : 0);
}

/** null for a run that began its own answer. */
export function originOfRun(trace: Pick<Trace, "tokens"> & { readonly request: Inheriting }): Origin | null {
  const count = standingTokens(trace.request);
  if (count === null) return null;
  const { parent } = trace.request;
  const text = (id: number | null | undefined): string | null => (id == null ? null : tokenText(trace, id));
  return {
    standingTokens: count,
    taken: text(parent?.token),
    was: text(parent?.was),
    parent: parent ?? null,
  };
}

/** E.g. "after 86 tokens". */
function afterWords(count: number): string {
  return `after ${count} ${count === 1 ? "token" : "tokens"}`;
}

/** E.g. "after 86 tokens of an earlier run, with “ but” instead of “ and”". Contains raw text of the model. */
export function originWords({ standingTokens: count, taken, was }: Origin): string {
  const place = t("{0} of an earlier run", afterWords(count));
  if (taken === null) return place;
  return was === null
    ? t("{0}, with “{1}” at its end", place, taken)
    : t("{0}, with “{1}” instead of “{2}”", place, taken, was);
}
