// Memoized results derived from a trace: matches of a filter, the what-if, the budget curve, words and lines.
// Views ask on every render; the work is done once.
import {
  budgetCurve,
  copiedTokens,
  isMatch,
  jsonStanding,
  parseQuery,
  queryTokensOf,
  relaxedChanges,
  whatIf,
  wordsInCommon,
  type CurvePoint,
  type KnownNames,
  type QueryToken,
  type WhatIf,
} from "../../core/inspect/index.ts";
import { inheritedText, withRates, type Trace, type TraceStep } from "../../core/trace/index.ts";
import type { Cursor, Walk } from "../run/model/cursor.ts";
import { unitAt, unitsOf, type Granularity } from "../run/stream/granularity.ts";
import { knownNames } from "./filter/filterCompletions.ts";
import type { ShownClass } from "../run/model/items.ts";
import type { LoadedTrace } from "./loadTrace.ts";
import { lastOf } from "../page/last.ts";
import { markKey, stepsOf, type Marks } from "../run/stream/marks.ts";
import type { StepFlips } from "../run/whatIf/whatIfPath.ts";
import type { RunModel, StepView } from "../run/model/model.ts";
import type { TraceState } from "./traceState.ts";
import type { Quality } from "./quality.ts";
import type { WhatIfChoice } from "./whatIf/whatIfChoice.ts";
import type { PlainRun } from "../charts/measures.ts";
import {
  plainRunOf,
  type ComparedRun,
  type PlainRun as MeasuredRun,
} from "../../extension/shared/plainRun.ts";

export class Lookups {
  readonly query = lastOf(parseQuery);

  /** Names to suggest in a filter. */
  readonly names = lastOf(({ entries }: RunModel): KnownNames => knownNames(entries));

  /** The positions that a filter matches; null without a valid filter. */
  readonly matches = lastOf((run: RunModel, filter: string): ReadonlySet<number> | null => {
    const parsed = this.query(filter);
    if (filter.trim() === "" || !parsed.ok) return null;
    const keys = new Set<number>();
    this.tokens(run).forEach((ofStep, step) => {
      for (const token of ofStep)
        if (isMatch(parsed.query, token)) keys.add(markKey({ step, place: token.place }));
    });
    return keys;
  });

  readonly whatIf = lastOf((trace: Trace, choice: WhatIfChoice): WhatIf =>
    whatIf(trace, choice.rule, choice.guards),
  );

  readonly curve = lastOf(
    (trace: Trace, guards: WhatIfChoice["guards"]): readonly CurvePoint[] => budgetCurve(trace, guards),
    (trace, guards) => [trace, JSON.stringify(guards)],
  );

  /** The matches of the filter and the flips of the what-if. */
  marksOf({ trace, run }: LoadedTrace, { filter, whatIf: choice }: TraceState): Marks {
    return this.marks(this.matches(run, filter), choice === null ? null : this.whatIf(trace, choice));
  }

  /** The steps that match a filter. */
  readonly shownSteps = lastOf(
    ({ steps }: RunModel, matches: ReadonlySet<number> | null): readonly StepView[] =>
      matches === null
        ? steps
        : steps.filter(({ step, items }) =>
            items.some(({ place }) => matches.has(markKey({ step: step.index, place }))),
          ),
  );

  /** The steps of the trace, as the same array for the same run: a new array makes charts render again. */
  readonly plainSteps = lastOf((steps: readonly StepView[]): readonly TraceStep[] =>
    steps.map(({ step }) => step),
  );

  readonly stepSet = lastOf((matches: ReadonlySet<number>): ReadonlySet<number> => stepsOf(matches));

  readonly flipSteps = lastOf((flips: ReadonlyMap<number, unknown>): ReadonlySet<number> =>
    stepsOf(flips.keys()),
  );

  /** The verdicts that the what-if changes in a step, by place. */
  readonly flipsOf = lastOf((flips: Marks["flips"], { step, items }: StepView): StepFlips | null =>
    flips === null
      ? null
      : new Map(
          items.flatMap(({ place }) => {
            const to = flips.get(markKey({ step: step.index, place }));
            return to === undefined ? [] : [[place, to] as const];
          }),
        ),
  );

  /** The plain run that the run's speed is compared with; null if it has no speed. */
  readonly measuredAgainst = lastOf((plain: LoadedTrace, { trace }: LoadedTrace): MeasuredRun | null => {
    const { tokensPerSecond } = withRates(plain.run.counts);
    const comparedOf = ({ createdAt, result, device }: Trace): ComparedRun => ({
      ...{ createdAt, device },
      tokens: result.tokens,
    });
    return tokensPerSecond === null
      ? null
      : plainRunOf(plain.name, { ...comparedOf(plain.trace), tokensPerSecond }, comparedOf(trace));
  });

  /** A plain run in the form that the charts use. */
  readonly plainRun = lastOf(({ name, trace }: LoadedTrace): PlainRun => ({
    name,
    steps: trace.steps,
    committed: trace.result.tokens,
  }));

  /** What the answer's speed was bought with. @param plain a plain run of the same prompt; null if there is none */
  readonly quality = lastOf((trace: Trace, plain: Trace | null): Quality => ({
    changes: relaxedChanges(trace),
    copied: copiedTokens(trace.steps),
    json: jsonStanding(trace),
    asPlain: plain === null ? null : wordsInCommon(trace, plain),
  }));

  /** The text that the run continues; empty for a run that began its own answer. */
  readonly inherited = lastOf(({ request, tokens }: Trace): string => inheritedText(request, tokens));

  /** The rule and the guards of the run. */
  readonly ownChoice = lastOf(({ request }: Trace): WhatIfChoice => ({
    rule: request.rule,
    guards: request.guards,
  }));

  /** The hidden classes, as the same set for the same list: a new set would render the answer again. */
  readonly hidden = lastOf((hidden: TraceState["hidden"]): ReadonlySet<ShownClass> => new Set(hidden));

  /** The target of a move by words or lines; null if there is none. */
  movedUnit(
    steps: readonly StepView[],
    granularity: Exclude<Granularity, "token">,
    cursor: Cursor,
    move: Walk,
  ): Cursor | null {
    const units = this.units(steps, granularity);
    const at = unitAt(units, cursor);
    const [next, previous] = [at + 1, at - 1];
    const targetByMove = { next, previous, down: next, up: previous, first: 0, last: units.length - 1 };
    return units[targetByMove[move]]?.at ?? null;
  }

  private readonly tokens = lastOf((run: RunModel): readonly (readonly QueryToken[])[] =>
    run.steps.map(({ step }) => queryTokensOf(step, run, run.header?.request.rowWidth)),
  );

  private readonly marks = lastOf((matches: ReadonlySet<number> | null, result: WhatIf | null): Marks => {
    const flips = result === null ? null : new Map(result.flips.map((flip) => [markKey(flip), flip.to]));
    return { matches, flips };
  });

  private readonly units = lastOf(unitsOf);
}
