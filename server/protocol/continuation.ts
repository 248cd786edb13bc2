// From a recorded answer and a place of it to the request that goes on from there, under the settings of the
// recorded run. The one place that says what a continuation takes over.
import {
  PUBLISHED_RULE,
  STRATEGIES,
  STRATEGY_TRAITS,
  type Guards,
  type Rule,
  type Strategy,
} from "../laser/index.ts";
import type { Trace, TraceRequest } from "../trace/index.ts";
import type { GenerationSettings } from "./settings.ts";
import type { ContinueFrom } from "./worker.ts";

/** Where to go on, and what is to be different from there on. */
export interface ContinuationChoice {
  /** How many of the tokens that the recorded run wrote stand; those that it inherited always do. */
  readonly tokensBefore: number;
  /** The token that follows them, in place of the recorded one; null leaves the choice to the run. */
  readonly token: number | null;
  /** The recorded run's own where it is left out. */
  readonly rule?: Rule;
  readonly guards?: Guards;
}

export interface Continuation {
  readonly promptFile: string | null;
  readonly settings: GenerationSettings;
  readonly continueFrom: ContinueFrom;
  /** A sentence where no strategy drafts as the recorded one under the chosen rule; else null. */
  readonly strategyNote: string | null;
  /** False where the recorded run drafted from prompt and own text alone: from a pool, another rule would not be all that differs. */
  readonly mayUsePool: boolean;
}

/**
 * The request for a choice, or null where the recorded answer has no such place.
 * @param file name of the trace file, without folders; null where it has none
 */
export function continuationOf(
  { createdAt, request, model, result }: Trace,
  file: string | null,
  choice: ContinuationChoice,
): Continuation | null {
  const { tokensBefore, token } = choice;
  if (!Number.isInteger(tokensBefore) || tokensBefore < 0 || tokensBefore > result.tokens.length) return null;
  const standing = [...result.tokens.slice(0, tokensBefore), ...(token === null ? [] : [token])];
  const { promptFile, messages, rendered, promptTokens, inheritedTokens = 0 } = request;
  const settings = settingsFrom(request, choice);
  const { drafts, usesPool } = STRATEGY_TRAITS[request.strategy];
  return {
    promptFile,
    settings,
    strategyNote: strategyNote(request.strategy, settings.strategy),
    mayUsePool: usesPool || !drafts,
    continueFrom: {
      messages,
      rendered,
      promptTokens: [...promptTokens, ...standing],
      inheritedTokens: inheritedTokens + standing.length,
      parent: { createdAt, file, tokensBefore, token, was: result.tokens[tokensBefore] ?? null },
      model: { name: model.name, tokenizerFingerprint: model.tokenizerFingerprint },
    },
  };
}

function settingsFrom(request: TraceRequest, choice: ContinuationChoice): GenerationSettings {
  const rule = choice.rule ?? request.rule;
  return {
    strategy: choice.rule === undefined ? request.strategy : strategyUnder(choice.rule, request.strategy),
    relaxed: rule.kind === "strict" ? PUBLISHED_RULE : rule,
    guards: choice.guards ?? request.guards,
    sampling: request.sampling,
    maxTokens: request.maxTokens + (request.inheritedTokens ?? 0),
    maxDraftTokens: request.maxDraftTokens,
    // A relaxed run that is to go on strictly is asked for the strict promise, too.
    reproducible: request.reproducible ? "on" : choice.rule === undefined ? "off" : "auto",
  };
}

/** The recorded strategy, or the one that drafts as it does under this rule; the relaxed one where there is none. */
function strategyUnder({ kind }: Rule, recorded: Strategy): Strategy {
  const isStrict = kind === "strict";
  if (STRATEGY_TRAITS[recorded].strict === isStrict) return recorded;
  return (
    STRATEGIES.find((name) => STRATEGY_TRAITS[name].strict === isStrict && draftAlike(name, recorded)) ??
    "laser"
  );
}

function draftAlike(one: Strategy, other: Strategy): boolean {
  const [a, b] = [STRATEGY_TRAITS[one], STRATEGY_TRAITS[other]];
  return a.drafts === b.drafts && a.usesPool === b.usesPool;
}

function strategyNote(recorded: Strategy, now: Strategy): string | null {
  if (draftAlike(recorded, now)) return null;
  return STRATEGY_TRAITS[recorded].drafts
    ? `${recorded} supports only the strict rule: the answer continues with ${now}.`
    : `${recorded} drafts nothing that a rule could keep: the answer continues with ${now}.`;
}
