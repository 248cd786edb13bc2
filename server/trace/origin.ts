// Where a run goes on from, told the one way for every list, page and terminal: how many answer tokens of earlier runs
// stand, and apart from them the token that was chosen to follow. It must not know who shows it.
import { tokenText } from "./text.ts";
import type { Trace, TraceParent, TraceRequest } from "./types.ts";

type Inheriting = Pick<TraceRequest, "promptTokens" | "inheritedTokens" | "parent">;

export interface Origin {
  /** Of the whole answer, from its first token on; a token that was chosen is none of them. */
  readonly standingTokens: number;
  /** Text of the token that was chosen to follow them; null where the run chose itself. */
  readonly taken: string | null;
  /** Text of the token that followed them in the earlier run; null at its end. */
  readonly was: string | null;
  /** null where the trace does not tell. */
  readonly parent: TraceParent | null;
}

/** How many tokens of earlier answers stand where a run goes on; null for a run that began its own answer. */
export function standingTokens(request: Inheriting): number | null {
  const { inheritedTokens = 0, parent } = request;
  if (parent === undefined && inheritedTokens === 0) return null;
  return inheritedTokens - (parent === undefined || parent.token === null ? 0 : 1);
}

/** null for a run that began its own answer. */
export function originOfRun(trace: Pick<Trace, "tokens"> & { readonly request: Inheriting }): Origin | null {
  const standing = standingTokens(trace.request);
  if (standing === null) return null;
  const { parent } = trace.request;
  const text = (id: number | null | undefined): string | null => (id == null ? null : tokenText(trace, id));
  return {
    standingTokens: standing,
    taken: text(parent?.token),
    was: text(parent?.was),
    parent: parent ?? null,
  };
}

/** E.g. "after 86 tokens". */
export function afterWords(standing: number): string {
  return `after ${standing} ${standing === 1 ? "token" : "tokens"}`;
}

/** E.g. "after 86 tokens of an earlier run, with “ but” instead of “ and”". Contains raw text of the model. */
export function originWords({ standingTokens: standing, taken, was }: Origin): string {
  const place = `${afterWords(standing)} of an earlier run`;
  if (taken === null) return place;
  return was === null
    ? `${place}, with “${taken}” at its end`
    : `${place}, with “${taken}” instead of “${was}”`;
}
