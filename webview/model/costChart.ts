// T(n) as a chart and a table: what evaluating n tokens at once takes, against one token alone. A step pays off when it
// keeps more
// tokens than T(n) ÷ T(1).
import { t } from "../../core/base/index.ts";
import { svg } from "../page/html.ts";
import type { CostPoint } from "../../core/laser/index.ts";
import { areaBeside, chartFrame, heightBelow, xAxisView, yAxisView, type Axis } from "../charts/axes.ts";
import type { Chart } from "../charts/chart.ts";
import { legendView, lineSwatch } from "../charts/marks.ts";
import type { Draw } from "../charts/plot.ts";
import { px, ticksTo } from "../charts/scale.ts";

/** T grows with the context: shown are times at this length. */
const CONTEXT_TOKENS = 256;
const PLOT_EM = 11;
/** One style per line; more thread counts than these are only in the table. */
const LINES = ["run", "overall", "reference"] as const;

export interface CostLine {
  readonly threads: number;
  /** By token count; the first is of one token. */
  readonly points: readonly { readonly tokens: number; readonly ms: number }[];
}

/** A line for each thread count, the most threads first. */
export function costLines(points: readonly CostPoint[]): readonly CostLine[] {
  const threads = [...new Set(points.map((point) => point.threads))].sort((a, b) => b - a);
  return threads.map((count) => ({
    threads: count,
    points: points
      .filter((point) => point.threads === count)
      .map(({ tokens, baseMs, msPerContextToken }) => ({
        tokens,
        ms: baseMs + CONTEXT_TOKENS * msPerContextToken,
      }))
      .sort((a, b) => a.tokens - b.tokens),
  }));
}

/** How many times as long n tokens take as one; null if one was not measured or takes no time. */
export function ratioAt({ points }: CostLine, at: number): number | null {
  const [first] = points;
  const point = points[at];
  return point === undefined || first?.tokens !== 1 || first.ms === 0 ? null : point.ms / first.ms;
}

/** @param source what the figures are: guessed, measured, given */
export function costChart(points: readonly CostPoint[], source: string): Chart {
  const lines = costLines(points);
  const shown = lines.slice(0, LINES.length);
  const [main] = lines;
  const single = main?.points[0];
  const marks = shown.flatMap((line) => line.points.map((point, at) => ({ line, point, at })));
  return {
    id: "costs",
    title: t("T(n): time of an evaluation of n tokens"),
    value: single?.tokens !== 1 ? "" : t("{0} for one token", milliseconds(single.ms)),
    detail: source,
    definition: t(
      "Time to evaluate n tokens at once after {0} tokens of context, with all logits read. Drafting n − 1 tokens pays off where a step keeps more tokens than T(n) ÷ T(1). At other context lengths it is longer or shorter.",
      CONTEXT_TOKENS,
    ),
    isWide: true,
    legend: legendView(shown.map((line, at) => [lineSwatch(LINES[at]!), threadsText(line.threads)] as const)),
    body: { kind: "plot", marks: marks.length, draw: drawCosts(shown), onChoose: () => undefined },
    table: {
      head: [t("Tokens n"), ...lines.flatMap(({ threads }) => [threadsText(threads), "÷ T(1)"])],
      rows: (main?.points ?? []).map(({ tokens }) => [
        String(tokens),
        ...lines.flatMap((line) => {
          const at = line.points.findIndex((point) => point.tokens === tokens);
          const point = line.points[at];
          const ratio = ratioAt(line, at);
          return point === undefined
            ? ["–", "–"]
            : [milliseconds(point.ms), ratio === null ? "–" : ratio.toFixed(2)];
        }),
      ]),
    },
  };
}

function drawCosts(lines: readonly CostLine[]): Draw {
  const all = lines.flatMap(({ points }) => points);
  const yTicks = ticksTo(Math.max(0, ...all.map(({ ms }) => ms)), 5);
  const digits = Math.max(0, ...yTicks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  const yAxis: Axis = {
    max: yTicks.at(-1)!,
    ticks: yTicks,
    format: (value) => value.toFixed(digits),
    title: "ms",
  };
  const most = Math.max(1, ...all.map(({ tokens }) => tokens));
  return (size, focused) => {
    const area = areaBeside(yAxis, size, PLOT_EM);
    const xAxis: Axis = {
      max: most,
      ticks: ticksTo(most, 8, 1),
      format: String,
      title: t("tokens evaluated at once, n"),
    };
    const x = (tokens: number) => px(area.left + (area.width * tokens) / most);
    const y = (ms: number) => px(area.top + area.height * (1 - ms / yAxis.max));
    let mark = 0;
    return chartFrame(
      t("Time of an evaluation by the number of its tokens"),
      heightBelow(area, size),
      size,
      svg`${yAxisView(yAxis, area, size)} ${xAxisView(xAxis, area, size)}
      ${lines.map((line, at) => {
        const path = line.points.map(({ tokens, ms }, i) => `${i === 0 ? "M" : "L"}${x(tokens)} ${y(ms)}`);
        return svg`<path class="line-${LINES[at]!}" d=${path.join("")} />
        ${line.points.map(({ tokens, ms }, i) => {
          const number = mark++;
          const ratio = ratioAt(line, i);
          const spoken = `${tokens} ${tokens === 1 ? "token" : "tokens"}, ${threadsText(line.threads)}: ${milliseconds(ms)}${ratio === null ? "" : t(", {0} times as long as one", ratio.toFixed(2))}`;
          return svg`<g class="mark" role="button" data-mark=${number} tabindex=${number === focused ? "0" : "-1"} aria-label=${spoken}>
            <title>${spoken}</title>
            <circle class="hit" cx=${x(tokens)} cy=${y(ms)} r=${px(0.9 * size.emPx)} />
            <circle class="dot" cx=${x(tokens)} cy=${y(ms)} r=${px(0.26 * size.emPx)} />
          </g>`;
        })}`;
      })}
`,
    );
  };
}

const threadsText = (threads: number): string => `${threads} ${threads === 1 ? "thread" : "threads"}`;

/** Three figures of a time: 0.912 ms, 9.12 ms, 91.2 ms. */
function milliseconds(ms: number): string {
  return `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)} ms`;
}
