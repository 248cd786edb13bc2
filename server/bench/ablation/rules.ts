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
  /** Traces whose text stays as it was recorded, with every verdict decided: their figures are exact. */
  readonly exactTraces: number;
  /** Steps up to the first token that would change, its own step included. */
  readonly exactSteps: number;
}

export interface RuleAblation {
  readonly traces: number;
  /** Names of traces in which nothing was drafted. */
  readonly withoutDrafts: readonly string[];
  /** The strict rule first. */
  readonly rules: readonly RuleFigures[];
}

type Strict = Extract<Rule, { readonly kind: "strict" }>;
const STRICT: Strict = { kind: "strict" };

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
    traces: drafted.length,
    withoutDrafts: traces.filter((one) => !isDrafted(one)).map(({ name }) => name),
    rules: [STRICT, ...rules].map((rule): RuleFigures => {
      const judged = rule === STRICT ? strict : judge(rule);
      return { name: ruleName(rule), rule, ...figuresOf(judged, strict, seed) };
    }),
  };
}

/** Whether every figure of a rule is exact. */
export function isExact({ exactTraces }: RuleFigures, traces: number): boolean {
  return exactTraces === traces;
}

function figuresOf(
  judged: readonly WhatIf[],
  strict: readonly WhatIf[],
  seed: number,
): Omit<RuleFigures, "name" | "rule"> {
  const sum = (count: (one: WhatIf) => number) => judged.reduce((total, one) => total + count(one), 0);
  return {
    steps: sum(({ steps }) => steps),
    committed: sum(({ committed }) => committed),
    relaxed: sum(({ relaxed }) => relaxed),
    natsGivenUp: sum(({ natsGivenUp }) => natsGivenUp),
    edl: ratioOfSums(judged.map(partOf), { seed }),
    difference:
      judged === strict
        ? null
        : pairedDifference(
            judged.map((one, i) => ({ a: partOf(one), b: partOf(strict[i]!) })),
            { seed },
          ),
    exactTraces: judged.filter(({ divergence, openDecisions }) => divergence === null && openDecisions === 0)
      .length,
    exactSteps: sum(({ exactSteps }) => exactSteps),
  };
}

function partOf({ committed, steps }: WhatIf): RatioPart {
  return { numerator: committed, denominator: steps };
}

function ruleName(rule: Strict | RelaxedRule): string {
  return rule.kind === "strict" ? "strict" : `k = ${rule.topK}, p = ${rule.minProbability}`;
}

/** In words: what is exact of a rule's figures. */
export function exactness(figures: RuleFigures, traces: number): string {
  const { exactTraces, exactSteps, steps } = figures;
  if (isExact(figures, traces)) return "exact";
  return `estimate: ${exactTraces} of ${several(traces, "trace")} and ${exactSteps} of ${several(steps, "step")} exact`;
}
