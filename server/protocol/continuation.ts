// Builds the request that continues a recorded answer under the settings of its run. The only place that
// decides what a continuation takes over.
import * as Type from "typebox";
import type { Parsed } from "../../core/base/index.ts";
import {
  PUBLISHED_RULE,
  STRATEGIES,
  STRATEGY_TRAITS,
  type Rule,
  type Strategy,
} from "../../core/laser/index.ts";
import { GuardsSchema, RuleSchema, type Trace, type TraceRequest } from "../../core/trace/index.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../core/settings/index.ts";
import type { ContinueFrom } from "./worker.ts";

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Where to continue, and what changes from there on. */
export const ContinuationChoiceSchema = Type.Object({
  /** How many of the tokens that the recorded run wrote are kept; those that it inherited always are. */
  tokensBefore: count,
  /** The token that follows them, instead of the recorded one; null leaves the choice to the run. */
  token: Type.Union([count, Type.Null()]),
  /** Default: the recorded run's own. */
  rule: Type.Optional(RuleSchema),
  guards: Type.Optional(GuardsSchema),
});
export type ContinuationChoice = Parsed<typeof ContinuationChoiceSchema>;

export interface Continuation {
  readonly promptFile: string | null;
  readonly settings: GenerationSettings;
  readonly continueFrom: ContinueFrom;
  /** A sentence if no strategy drafts like the recorded one under the chosen rule; else null. */
  readonly strategyNote: string | null;
  /** False if the recorded run drafted only from prompt and own text: with a pool, not only the rule would differ. */
  readonly mayUsePool: boolean;
}

/**
 * The request for a choice, or null if the recorded answer has no such token.
 * @param file name of the trace file, without folders; null if it has none
 */
export function continuationOf(
  { createdAt, request, model, result }: Trace,
  file: string | null,
  choice: ContinuationChoice,
): Continuation | null {
  const { tokensBefore, token } = choice;
  if (!Number.isInteger(tokensBefore) || tokensBefore < 0 || tokensBefore > result.tokens.length) return null;
  const keptTokens = [...result.tokens.slice(0, tokensBefore), ...(token === null ? [] : [token])];
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
      promptTokens: [...promptTokens, ...keptTokens],
      inheritedTokens: inheritedTokens + keptTokens.length,
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
    draftShape: request.draftShape ?? "chain",
    maxTreeTokens: request.maxTreeTokens ?? DEFAULT_SETTINGS.maxTreeTokens,
    // Only the rule should differ, even if the drafts of the recorded run followed the clock.
    planner: "repeatable",
    minSupport: request.minSupport ?? DEFAULT_SETTINGS.minSupport,
    excludeSubject: request.excludeSubject ?? DEFAULT_SETTINGS.excludeSubject,
    stop: request.stop ?? [],
    stopAtLoop: request.stopAtLoop ?? null,
    // The recorded messages are those that the template took.
    systemInUserTurn: false,
    jsonSchema: request.jsonSchema ?? "",
    grammar: request.grammar ?? "",
    // A relaxed run that continues strictly should be reproducible as well.
    reproducible: request.reproducible ? "on" : choice.rule === undefined ? "off" : "auto",
  };
}

/** The recorded strategy, or the one that drafts the same way under this rule, or else the relaxed one. */
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
