// Answers to questions on a trace as lines of text: what another rule would have decided, which setting fits
// a budget, and which tokens match a filter. Estimates are labelled as such.
import type { CurvePoint, QueryToken, WhatIf } from "../../../core/inspect/index.ts";
import { unreachable } from "../../../core/base/index.ts";
import type { Rule } from "../../../core/laser/index.ts";
import { countedText, probabilityFigure, type Trace } from "../../../core/trace/index.ts";
import { NOT_MEASURED, shareOf } from "./figures.ts";
import { quoted } from "./inspectSteps.ts";
import { formatTable, type Column } from "./table.ts";
import { oneLine } from "./tokens.ts";
import type { Setting } from "../options/whatIfSetting.ts";

/** E.g. "relaxed rule (rank ≤ 2 and p > 0.1), at most 2 relaxed accepts in a row". */
export function settingName({ rule, guards }: Setting, request: Trace["request"]): string {
  const { endOfText, maxConsecutiveRelaxed, maxNatsGivenUp } = guards;
  if (rule.kind === "strict") return ruleName(rule);
  return [
    ruleName(rule),
    ...(maxConsecutiveRelaxed === null
      ? []
      : [
          `at most ${maxConsecutiveRelaxed} relaxed ${maxConsecutiveRelaxed === 1 ? "accept" : "accepts"} in a row`,
        ]),
    ...(maxNatsGivenUp === null
      ? []
      : [`at most ${maxNatsGivenUp} nats given up in ${countedText(request)}`]),
    ...(endOfText ? [] : ["the target's end-of-text may be replaced"]),
  ].join(", ");
}

function ruleName(rule: Rule): string {
  switch (rule.kind) {
    case "strict":
      return "strict rule";
    case "relaxed":
      return `relaxed rule (rank ≤ ${rule.topK} and p > ${rule.minProbability})`;
    case "delta":
      return `delta rule (rank ≤ ${rule.topK} and p ≥ best − ${rule.delta})`;
    case "ratio":
      return `ratio rule (rank ≤ ${rule.topK} and p ≥ ${rule.alpha} × best)`;
    default:
      return unreachable(rule);
  }
}

/** The figures of the run under a setting, exact or estimated. */
export function whatIfLines(trace: Trace, setting: Setting, result: WhatIf): string[] {
  const { divergence, flips, drafted, steps, committed, relaxed, natsGivenUp, openDecisions } = result;
  const how = divergence === null && openDecisions === 0 ? "exact" : "estimate";
  const changes = new Map<string, number>();
  for (const { from, to } of flips) {
    const change = `${from} → ${to}`;
    changes.set(change, (changes.get(change) ?? 0) + 1);
  }
  const counted = [...changes].map(([change, count]) => `${count} ${change}`).join(", ");
  const edl = steps === 0 ? NOT_MEASURED : `${(committed / steps).toFixed(2)} (${committed}/${steps})`;
  return [
    `What if: ${settingName(setting, trace.request)}`,
    `  other verdicts  ${shareOf(flips.length, drafted)} of the drafted tokens${counted === "" ? "" : `: ${counted}`}`,
    `  EDL             ${edl}, ${how}`,
    `  relaxed share   ${shareOf(relaxed, committed)}, ${how}`,
    `  given up        ${natsGivenUp.toFixed(2)} nats, ${how}`,
    ...[...divergenceLines(trace, result), ...openLines(result)].map((line) => `  ${line}`),
  ];
}

function divergenceLines(trace: Trace, { divergence, exactSteps, steps, openDecisions }: WhatIf): string[] {
  const areExact = openDecisions === 0;
  if (divergence === null)
    return [
      areExact ? "The text would be the same, so all of this is exact." : "The text would be the same.",
    ];
  const { tokensBefore, step, was, becomes } = divergence;
  return [
    `The text first differs at token ${tokensBefore + 1} (step ${step + 1}): ${quoted(trace, becomes)} instead of ${quoted(trace, was)}.`,
    exactSteps === steps
      ? `That is the last step${areExact ? ", whose verdicts are exact" : ""}; what would follow is unknown.`
      : `Verdicts are ${areExact ? "exact" : "judged"} up to and including step ${exactSteps}; the ${steps - exactSteps} after it are judged on the text that was actually written.`,
  ];
}

function openLines({ openDecisions }: WhatIf): string[] {
  if (openDecisions === 0) return [];
  const subject = openDecisions === 1 ? "One verdict depends" : `${openDecisions} verdicts depend`;
  return [
    `${subject} on a probability that the trace knows only within bounds: a real run may decide differently.`,
  ];
}

const CURVE_COLUMNS: readonly Column[] = [
  { title: "", align: "left" },
  { title: "given up", align: "right" },
  { title: "EDL", align: "right" },
  { title: "relaxed share", align: "right" },
  { title: "rule", align: "left" },
];
/** A curve may have a hundred points: about this many are shown, the chosen one among them. */
const MAX_POINTS = 12;

export function suggestionLines({
  budgetNats,
  curve,
  point,
}: {
  readonly budgetNats: number;
  readonly curve: readonly CurvePoint[];
  readonly point: CurvePoint | null;
}): string[] {
  const every = Math.ceil(curve.length / MAX_POINTS);
  const shown = curve.filter((one, i) => i % every === 0 || i === curve.length - 1 || one === point);
  const rows = shown.map((one) => [
    one === point ? "→" : "",
    `${one.natsGivenUp.toFixed(2)} nats`,
    `${one.edl.toFixed(2)} (${one.committed}/${one.steps})`,
    shareOf(one.relaxed, one.committed),
    ruleName(one.rule),
  ]);
  const choice = point === null ? "no setting" : ruleName(point.rule);
  if (curve.length === 0) return [`Within ${budgetNats} nats: nothing to suggest, the run has no steps`];
  return [
    `Within ${budgetNats} nats: ${choice}`,
    ...formatTable(CURVE_COLUMNS, rows),
    `${shown.length === curve.length ? "The best settings" : `${shown.length} of the ${curve.length} best settings`}: no other gains more for as little. Estimates: each step`,
    "is judged on the text that was actually written.",
  ];
}

const MATCH_COLUMNS: readonly Column[] = [
  { title: "step", align: "right" },
  { title: "place", align: "right" },
  { title: "verdict", align: "left" },
  { title: "rank", align: "right" },
  { title: "p", align: "right" },
  { title: "source", align: "left" },
  { title: "text", align: "left" },
];

export function matchLines({ steps }: Trace, matches: readonly QueryToken[]): string[] {
  const all = steps.reduce((sum, { draft }) => sum + draft.length + 1, 0);
  const rows = matches.map(({ step, place, shownClass, rank, probability, probabilityLow, source, text }) => [
    String(step),
    String(place),
    shownClass,
    rank === null ? "–" : String(rank),
    probability === null || probabilityLow === null
      ? "–"
      : probabilityFigure({ probability, probabilityLow }),
    source ?? "–",
    `“${oneLine(text)}”`,
  ]);
  const title = `Matching tokens: ${matches.length} of ${all}, drafted ones and the target's own`;
  return rows.length === 0 ? [title] : [title, ...formatTable(MATCH_COLUMNS, rows)];
}
