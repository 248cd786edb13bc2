// Recorded traces judged again under other rules: exact up to the first token that would change, an estimate after it. Pure.
import { several } from "../../../core/base/index.ts";
import { whatIf, type WhatIf } from "../../../core/inspect/index.ts";
import type { Rule } from "../../../core/laser/index.ts";
import type { Trace } from "../../../core/trace/index.ts";
import type { RelaxedRule } from "../benchPlan.ts";
import { BenchError } from "../errors.ts";
import { pairedDifference, ratioOfSums, type Interval, type RatioPart } from "../statistics.ts";

export interface NamedTrace {
  readonly name: string;
  readonly trace: Trace;
}

export interface RuleFigures {
  readonly name: string;
  readonly rule: Strict | RelaxedRule;
  readonly steps: number;
  readonly committed: number;
  readonly relaxed: number;
  readonly natsGivenUp: number;
  readonly edl: Interval;
  /** EDL minus that of the strict rule over the same traces; null: the strict rule itself. */
  readonly difference: Interval | null;
  readonly basis: Basis;
}

/** What the figures of a rule rest on. */
export type Basis =
  /** Runs of a model under this rule. */
  | { readonly kind: "measured" }
  | {
      readonly kind: "judged";
      /** Traces whose text stays as it was recorded, with every verdict decided: their figures are exact. */
      readonly exactTraces: number;
      /** Steps up to the first token that would change, its own step included. */
      readonly exactSteps: number;
    };

export interface RuleAblation {
  /** The model that wrote answers under each rule; null: traces were judged again. */
  readonly model: string | null;
  /** Traces, or prompts that the model answered under each rule. */
  readonly runs: number;
  /** Names of traces in which nothing was drafted. */
  readonly withoutDrafts: readonly string[];
  /** The strict rule first. */
  readonly rules: readonly RuleFigures[];
}

export type Strict = Extract<Rule, { readonly kind: "strict" }>;
export const STRICT: Strict = { kind: "strict" };

/**
 * Judges each trace under the strict rule and the others, with its own guards.
 * @throws BenchError noDraftedTraces
 */
export function ablateRules(
  traces: readonly NamedTrace[],
  rules: readonly RelaxedRule[],
  seed: number,
): RuleAblation {
  const isDrafted = ({ trace }: NamedTrace) => trace.steps.some(({ draft }) => draft.length > 0);
  const drafted = traces.filter(isDrafted);
  if (drafted.length === 0) throw new BenchError({ tag: "noDraftedTraces", traces: traces.length });
  const judge = (rule: Rule) => drafted.map(({ trace }) => whatIf(trace, rule, trace.request.guards));
  const strict = judge(STRICT);
  return {
    model: null,
    runs: drafted.length,
    withoutDrafts: traces.filter((one) => !isDrafted(one)).map(({ name }) => name),
    rules: [STRICT, ...rules].map((rule): RuleFigures => {
      const judged = rule === STRICT ? strict : judge(rule);
      return { name: ruleName(rule), rule, basis: basisOf(judged), ...figuresOfRuns(judged, strict, seed) };
    }),
  };
}

/** A run under a rule: a trace judged again, or an answer of a model. */
export type RuleRun = Pick<WhatIf, "steps" | "committed" | "relaxed" | "natsGivenUp">;

/** The figures of runs under one rule, compared with those under the strict rule in the same order. */
export function figuresOfRuns(
  runs: readonly RuleRun[],
  strict: readonly RuleRun[],
  seed: number,
): Omit<RuleFigures, "name" | "rule" | "basis"> {
  const sum = (count: (one: RuleRun) => number) => runs.reduce((total, one) => total + count(one), 0);
  return {
    steps: sum(({ steps }) => steps),
    committed: sum(({ committed }) => committed),
    relaxed: sum(({ relaxed }) => relaxed),
    natsGivenUp: sum(({ natsGivenUp }) => natsGivenUp),
    edl: ratioOfSums(runs.map(partOf), { seed }),
    difference:
      runs === strict
        ? null
        : pairedDifference(
            runs.map((one, i) => ({ a: partOf(one), b: partOf(strict[i]!) })),
            { seed },
          ),
  };
}

function basisOf(judged: readonly WhatIf[]): Basis {
  const isExact = ({ divergence, openDecisions }: WhatIf) => divergence === null && openDecisions === 0;
  return {
    kind: "judged",
    exactTraces: judged.filter(isExact).length,
    exactSteps: judged.reduce((sum, one) => sum + one.exactSteps, 0),
  };
}

function partOf({ committed, steps }: RuleRun): RatioPart {
  return { numerator: committed, denominator: steps };
}

export function ruleName(rule: Strict | RelaxedRule): string {
  return rule.kind === "strict" ? "strict" : `k = ${rule.topK}, p = ${rule.minProbability}`;
}

/** Whether a rule's figures are exact, not an estimate. */
export function isExact({ basis }: RuleFigures, runs: number): boolean {
  return basis.kind === "measured" || basis.exactTraces === runs;
}

/** In words: what a rule's figures rest on, and which of them are exact. */
export function exactness(figures: RuleFigures, runs: number): string {
  const { basis, steps } = figures;
  if (basis.kind === "measured") return "measured";
  if (isExact(figures, runs)) return "exact";
  return `estimate: ${basis.exactTraces} of ${several(runs, "trace")} and ${basis.exactSteps} of ${several(steps, "step")} exact`;
}
