// Memoized results derived from a trace: matches of a filter, the what-if, the budget curve, words and lines.
// Views ask on every render; the work is done once.
import {
  budgetCurve,
  isMatch,
  parseQuery,
  queryTokensOf,
  whatIf,
  type CurvePoint,
  type KnownNames,
  type ParsedQuery,
  type QueryToken,
  type WhatIf,
} from "../../core/inspect/index.ts";
import type { Trace, TraceStep } from "../../core/trace/index.ts";
import type { Cursor, Move } from "../run/cursor.ts";
import { unitAt, unitsOf, type Granularity, type Unit } from "../run/granularity.ts";
import { knownNames } from "./filterCompletions.ts";
import type { ShownClass } from "../run/items.ts";
import type { LoadedTrace } from "./loadTrace.ts";
import { Last } from "../page/last.ts";
import { markKey, stepsOf, type Marks } from "../run/marks.ts";
import type { RunModel, StepView } from "../run/model.ts";
import type { TraceState } from "./traceState.ts";
import type { WhatIfChoice } from "./whatIfChoice.ts";
import type { PlainRun } from "../charts/measures.ts";

export class Lookups {
  private readonly lastTokens = new Last<readonly (readonly QueryToken[])[]>();
  private readonly lastNames = new Last<KnownNames>();
  private readonly lastQuery = new Last<ParsedQuery>();
  private readonly lastMatches = new Last<{ readonly keys: ReadonlySet<number> | null }>();
  private readonly lastWhatIf = new Last<WhatIf>();
  private readonly lastCurve = new Last<readonly CurvePoint[]>();
  private readonly lastUnits = new Last<readonly Unit[]>();
  private readonly lastMarks = new Last<Marks>();
  private readonly lastSteps = new Last<readonly StepView[]>();
  private readonly lastPlainSteps = new Last<readonly TraceStep[]>();
  private readonly lastMatching = new Last<ReadonlySet<number>>();
  private readonly lastFlipping = new Last<ReadonlySet<number>>();
  private readonly lastPlainRun = new Last<PlainRun>();
  private readonly lastHidden = new Last<ReadonlySet<ShownClass>>();
  private readonly lastChoice = new Last<WhatIfChoice>();

  query(filter: string): ParsedQuery {
    return this.lastQuery.of([filter], () => parseQuery(filter));
  }

  /** Names to suggest in a filter. */
  names({ entries }: RunModel): KnownNames {
    return this.lastNames.of([entries], () => knownNames(entries));
  }

  /** The positions that a filter matches; null without a valid filter. */
  matches(run: RunModel, filter: string): ReadonlySet<number> | null {
    return this.lastMatches.of([run, filter], () => {
      const parsed = this.query(filter);
      if (filter.trim() === "" || !parsed.ok) return { keys: null };
      const tokens = this.lastTokens.of([run], () =>
        run.steps.map(({ step }) => queryTokensOf(step, run, run.header?.request.rowWidth)),
      );
      const keys = new Set<number>();
      tokens.forEach((ofStep, step) => {
        for (const token of ofStep)
          if (isMatch(parsed.query, token)) keys.add(markKey({ step, place: token.place }));
      });
      return { keys };
    }).keys;
  }

  whatIf(trace: Trace, choice: WhatIfChoice): WhatIf {
    return this.lastWhatIf.of([trace, choice], () => whatIf(trace, choice.rule, choice.guards));
  }

  curve(trace: Trace, guards: WhatIfChoice["guards"]): readonly CurvePoint[] {
    return this.lastCurve.of([trace, JSON.stringify(guards)], () => budgetCurve(trace, guards));
  }

  marks(matches: ReadonlySet<number> | null, result: WhatIf | null): Marks {
    return this.lastMarks.of([matches, result], () => ({
      matches,
      flips: result === null ? null : new Map(result.flips.map((flip) => [markKey(flip), flip.to])),
    }));
  }

  /** The steps that match a filter. */
  shownSteps({ steps }: RunModel, matches: ReadonlySet<number> | null): readonly StepView[] {
    return this.lastSteps.of([steps, matches], () =>
      matches === null
        ? steps
        : steps.filter(({ step, items }) =>
            items.some(({ place }) => matches.has(markKey({ step: step.index, place }))),
          ),
    );
  }

  /** The steps of the trace, as the same array for the same run: a new array makes charts render again. */
  plainSteps(steps: readonly StepView[]): readonly TraceStep[] {
    return this.lastPlainSteps.of([steps], () => steps.map(({ step }) => step));
  }

  stepSet(matches: ReadonlySet<number>): ReadonlySet<number> {
    return this.lastMatching.of([matches], () => stepsOf(matches));
  }

  flipSteps(flips: ReadonlyMap<number, unknown>): ReadonlySet<number> {
    return this.lastFlipping.of([flips], () => stepsOf(flips.keys()));
  }

  /** A plain run in the form that the charts use. */
  plainRun({ name, trace }: LoadedTrace): PlainRun {
    return this.lastPlainRun.of([trace], () => ({
      name,
      steps: trace.steps,
      committed: trace.result.tokens,
    }));
  }

  /** The rule and the guards of the run. */
  ownChoice({ request }: Trace): WhatIfChoice {
    return this.lastChoice.of([request], () => ({ rule: request.rule, guards: request.guards }));
  }

  /** The hidden classes, as the same set for the same state: a new set would render the answer again. */
  hidden({ hidden }: TraceState): ReadonlySet<ShownClass> {
    return this.lastHidden.of([hidden], () => new Set(hidden));
  }

  /** The target of a move by words or lines; null if there is none. */
  movedUnit(
    steps: readonly StepView[],
    granularity: Exclude<Granularity, "token">,
    cursor: Cursor,
    move: Extract<Move, string>,
  ): Cursor | null {
    const units = this.lastUnits.of([steps, granularity], () => unitsOf(steps, granularity));
    const at = unitAt(units, cursor);
    const wished = { next: at + 1, previous: at - 1, first: 0, last: units.length - 1 };
    return units[wished[move]]?.at ?? null;
  }
}
