// The figures over time: EDL and speed, range by range.
import { t } from "../../core/base/index.ts";
import { html } from "../page/html.ts";
import type { Bucket } from "../../core/inspect/index.ts";
import type { Chart } from "./chart.ts";
import { drawLevels } from "./lines.ts";
import { legendView, lineSwatch } from "./marks.ts";
import { definitionOf, startOf, type Measures } from "./measures.ts";
import { ticksTo } from "./scale.ts";
import { msWords, rateWords, shareWords, stepsQuery, stepsWords } from "../run/figures/figureWords.ts";

export interface TimeWishes {
  filter(query: string): void;
  cursor(step: number, place: number): void;
}

export function edlOverTime(measures: Measures, currentStep: number, requests: TimeWishes): Chart {
  return seriesChart(measures, currentStep, requests, {
    id: "edl-over-time",
    title: t("EDL over time"),
    unit: "tokens/step",
    digits: 2,
    definition: definitionOf("edl"),
    overall: measures.metrics.edl,
    least: 1,
    valueOf: ({ metrics }) => metrics.edl,
  });
}

export function speedOverTime(measures: Measures, currentStep: number, requests: TimeWishes): Chart {
  return seriesChart(measures, currentStep, requests, {
    id: "speed-over-time",
    title: t("Speed over time"),
    unit: "tokens/s",
    digits: 1,
    definition: definitionOf("tokensPerSecond"),
    overall: measures.metrics.tokensPerSecond,
    least: 0,
    valueOf: ({ metrics }) => metrics.tokensPerSecond,
  });
}

interface Series {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly definition: string;
  readonly overall: number | null;
  /** Minimum end of the axis. */
  readonly least: number;
  readonly valueOf: (bucket: Bucket) => number | null;
}

function seriesChart(measures: Measures, currentStep: number, requests: TimeWishes, series: Series): Chart {
  const { buckets } = measures;
  const { id, title, unit, digits, overall, valueOf } = series;
  const ticks = ticksTo(Math.max(series.least, ...buckets.map((bucket) => valueOf(bucket) ?? 0)), 4);
  const tickDigits = Math.max(...ticks.map((tick) => (String(tick).split(".")[1] ?? "").length));
  const words = (bucket: Bucket) => {
    const steps = stepsWords(bucket.from, bucket.to);
    const at = t("{0} to {1}", msWords(bucket.startMs), msWords(bucket.endMs));
    const rate = `${rateWords(valueOf(bucket), digits)} ${unit}`;
    return t("{0}, {1}: {2}", `${steps.charAt(0).toUpperCase()}${steps.slice(1)}`, at, rate);
  };
  const first = buckets[0];
  const stepsPerRange = first === undefined ? 0 : first.to - first.from + 1;
  return {
    id,
    title,
    value: overall === null ? "" : `${rateWords(overall, digits)} ${unit}`,
    detail: t("over the whole run"),
    definition: t(
      "{0} Each level is this ratio over {1}, as wide as the time they took.",
      series.definition,
      stepsPerRange === 1 ? t("one step") : `${stepsPerRange} steps`,
    ),
    isWide: false,
    legend: legendView([
      [lineSwatch("run"), stepsPerRange === 1 ? t("each step") : t("each {0} steps", stepsPerRange)],
      [lineSwatch("overall"), t("the whole run")],
    ]),
    body:
      buckets.length === 0
        ? { kind: "message", content: html`There are no steps yet.` }
        : {
            kind: "plot",
            marks: buckets.length,
            draw: drawLevels(
              buckets.map((bucket) => ({ ...bucket, value: valueOf(bucket), spoken: words(bucket) })),
              { max: ticks.at(-1)!, ticks, format: (value) => value.toFixed(tickDigits), title: unit },
              overall,
              startOf(measures, currentStep),
            ),
            onChoose: (mark) => {
              const { from, to } = buckets[mark]!;
              requests.filter(stepsQuery(from, to));
              requests.cursor(from, 0);
            },
          },
    table: {
      head: [t("Steps"), t("From"), t("To"), t("Share of time"), t("Tokens"), unit],
      rows: buckets.map((bucket) => [
        `${bucket.from + 1}–${bucket.to + 1}`,
        msWords(bucket.startMs),
        msWords(bucket.endMs),
        shareWords(bucket.timeShare),
        `${bucket.metrics.committed}`,
        rateWords(valueOf(bucket), digits),
      ]),
    },
  };
}
