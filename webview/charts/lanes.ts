// The figure "Speed-up": this run and a plain run of the same prompt on one time axis.
import { t } from "../../core/base/index.ts";
import { nothing, type SVGTemplateResult, type TemplateResult } from "lit";
import { html, svg } from "../page/html.ts";
import type { Lane, SpeedUp } from "../../core/inspect/index.ts";
import { several } from "../page/amounts.ts";
import { oneLineText } from "../../core/trace/index.ts";
import { type Area, chartFrame, cursorView, xAxisView } from "./axes.ts";
import type { Chart } from "./chart.ts";
import { timeAxis } from "./lines.ts";
import { fillOf, legendView, lineSwatch, swatch, type Look } from "./marks.ts";
import { startOf, type Measures } from "./measures.ts";
import type { Draw } from "./plot.ts";
import { px, textPx, type PlotSize } from "./scale.ts";
import { msWords, rateWords, stepsWords } from "../run/figures/figureWords.ts";

const BAR_EM = 1.8;
const TEXT_EM = 2.2;

const LANE_PARTS = ["verify", "draft", "other"] as const satisfies readonly Look[];
type LanePart = (typeof LANE_PARTS)[number];
const GAP_EM = 2.8;

/** Tokens that are joined by lines: these fractions of the common beginning. */
const JOINED_SHARES = [0.25, 0.5, 0.75, 1];

export interface LaneRequests {
  cursor(step: number, place: number): void;
  /** Whether the run itself is a plain one. */
  readonly isPlain: boolean;
  /** Whether a plain run is still looked for. */
  readonly isPending: boolean;
  /** null if nothing can be run from here. */
  readonly measurePlain: (() => void) | null;
}

export function lanesChart(measures: Measures, currentStep: number, requests: LaneRequests): Chart {
  const { lane, plain } = measures;
  const definition =
    t(
      "If both wrote the same text: time of the plain run ÷ time of this run. If a relaxed run diverged: tokens per ",
    ) +
    t(
      "second of this run ÷ those of the plain run, each over its own text, and the ratio of times up to the last token ",
    ) +
    t("before they diverge. The prefill is not included.");
  const base = { id: "speed-up", title: "Speed-up", definition, isWide: true };
  if (requests.isPlain || plain === null) return { ...base, ...withoutPlainRun(requests) };
  const joined = joinedTokens(plain.speedUp.alikeTokens);
  const names = [t("this run"), oneLineText(plain.name)] as const;
  return {
    ...base,
    ...speedUpWords(plain.speedUp, lane, plain.lane),
    legend: legendView([
      [swatch("verify"), "verify"],
      [swatch("draft"), "draft"],
      [swatch("other"), "other"],
      ...(joined.length > 0 ? [[lineSwatch("join"), t("the same token in both")] as const] : []),
    ]),
    body: {
      kind: "plot",
      marks: lane.marks.length,
      draw: drawLanes(lane, plain.lane, names, joined, startOf(measures, currentStep)),
      onChoose: (mark) => {
        requests.cursor(lane.marks[mark]!.from, 0);
      },
    },
    table: {
      head: [t("Tokens written"), t("Time, {0}", names[0]), t("Time, {0}", names[1]), t("Plain ÷ this run")],
      rows: joined.map((tokens) => {
        const [own, other] = [lane.tokenMs[tokens - 1]!, plain.lane.tokenMs[tokens - 1]!];
        return [`${tokens}`, msWords(own), msWords(other), own > 0 ? `${(other / own).toFixed(2)}×` : "–"];
      }),
    },
  };
}

type Outcome = Omit<Chart, "id" | "title" | "definition" | "isWide">;

/** What the figure shows if there is nothing to compare this run with. */
function withoutPlainRun({ isPlain, isPending, measurePlain }: LaneRequests): Outcome {
  const saying = (value: string, detail: string, content: TemplateResult): Outcome => ({
    value,
    detail,
    legend: nothing,
    body: { kind: "message", content },
    table: { head: [], rows: [] },
  });
  if (isPlain)
    return saying(
      t("none"),
      t("this is a plain run"),
      html`Other runs of its prompt are measured against it.`,
    );
  if (isPending) return saying("–", "", html`Looking for a plain run of the same prompt…`);
  return saying(
    t("not measured"),
    t("no plain run of the same prompt"),
    measurePlain === null
      ? html`To add one, measure a plain run in the editor and export the report again.`
      : html`<button class="secondary" type="button" @click=${measurePlain}>Measure plain run</button>`,
  );
}

function speedUpWords(
  { alikeTokens, isSameText, overAlike, overAll }: SpeedUp,
  { tokenMs }: Lane,
  plain: Lane,
): { readonly value: string; readonly detail: string } {
  const times = (rate: number | null) => (rate === null ? "–" : `${rateWords(rate)}×`);
  const first = several(alikeTokens, "token");
  if (isSameText) return { value: times(overAlike), detail: t("over all {0}, the same in both", first) };
  const alike =
    overAlike === null
      ? t("no token in common")
      : t("{0} over the first {1}, the same in both", times(overAlike), first);
  return {
    value: times(overAll),
    detail: `by tokens per second over texts that differ (${tokenMs.length} and ${plain.tokenMs.length} tokens); ${alike}`,
  };
}

/** Counts of tokens, without duplicates. */
function joinedTokens(alikeTokens: number): number[] {
  return [...new Set(JOINED_SHARES.map((share) => Math.floor(share * alikeTokens)))].filter((n) => n > 0);
}

function drawLanes(
  lane: Lane,
  plain: Lane,
  names: readonly [string, string],
  joined: readonly number[],
  cursorMs: number | null,
): Draw {
  const longestMs = Math.max(lane.totalMs, plain.totalMs, 1e-6);
  return (size, focused) => {
    const { emPx } = size;
    const left = emPx;
    const [top, below] = [TEXT_EM * emPx, (TEXT_EM + BAR_EM + GAP_EM) * emPx];
    const area: Area = {
      left,
      top: 0,
      width: size.widthPx - 2 * emPx,
      height: below + (BAR_EM + 2) * emPx,
    };
    const height = px(area.height + 2.9 * emPx);
    const x = (ms: number) => area.left + (area.width * ms) / longestMs;
    const bar = BAR_EM * emPx;
    return chartFrame(
      t("Both runs over time"),
      height,
      size,
      svg`
      ${xAxisView(timeAxis(longestMs, area.width / emPx), area, size)}
      <text x=${px(left)} y=${px(top - 1.1 * emPx)}>${laneWords(names[0], lane, size)}</text>
      <text x=${px(left)} y=${px(below + bar + 1.3 * emPx)}>${laneWords(names[1], plain, size)}</text>
      ${laneView(lane, x, top, bar)} ${laneView(plain, x, below, bar)}
      ${joinsView(
        joined.map((tokens) => ({
          tokens,
          from: x(lane.tokenMs[tokens - 1]!),
          to: x(plain.tokenMs[tokens - 1]!),
        })),
        left,
        top + bar,
        below,
        size,
      )}
      ${lane.marks.map(({ from, to, startMs, draftMs, verifyMs, otherMs, tokens }, i) => {
        const steps = stepsWords(from, to);
        const spoken = t(
          "{0}{1}: {2}, draft {3}, verify {4}, other {5}",
          steps.charAt(0).toUpperCase(),
          steps.slice(1),
          several(tokens, "token"),
          msWords(draftMs),
          msWords(verifyMs),
          msWords(otherMs),
        );
        const wide = x(startMs + draftMs + verifyMs + otherMs) - x(startMs);
        return svg`<g class="mark" role="button" data-mark=${i} tabindex=${i === focused ? "0" : "-1"} aria-label=${spoken}>
          <title>${spoken}</title>
          <rect class="hit" x=${px(x(startMs))} y=${px(top)} width=${px(Math.max(1, wide))} height=${px(bar)} />
        </g>`;
      })}
      ${cursorMs === null ? nothing : cursorView(x(cursorMs), { ...area, top, height: bar }, size)}`,
    );
  };
}

/** Omitted if it doesn't fit; the table has the same values. */
function laneWords(name: string, { tokenMs, totalMs }: Lane, size: PlotSize): string {
  const words = `${name}: ${several(tokenMs.length, "token")} in ${msWords(totalMs)}`;
  return textPx(words, size) < size.widthPx - 2 * size.emPx ? words : `${name}: ${msWords(totalMs)}`;
}

/**
 * One path per part: a few shapes instead of hundreds. Steps are separated if each is its own mark and wide
 * enough.
 */
function laneView(lane: Lane, x: (ms: number) => number, top: number, high: number): SVGTemplateResult {
  const paths: Record<LanePart, string[]> = { draft: [], verify: [], other: [] };
  for (const { from, to, startMs, draftMs, verifyMs, otherMs } of lane.marks) {
    const parts: readonly [LanePart, number][] = [
      ["draft", draftMs],
      ["verify", verifyMs],
      ["other", otherMs],
    ];
    let ms = startMs;
    for (const [part, partMs] of parts) {
      const [left, right] = [x(ms), x(ms + partMs)];
      const gap = part === "verify" && from === to && right - left > 4 ? 0.8 : 0;
      if (right - left > gap)
        paths[part].push(`M${fine(left)} ${px(top)}H${fine(right - gap)}v${px(high)}H${fine(left)}z`);
      ms += partMs;
    }
  }
  return svg`${LANE_PARTS.map(
    (part) => svg`<path class="part lane look-${part}" fill=${fillOf(part)} d=${paths[part].join("")} />`,
  )}`;
}

/** Finer than a tenth of a pixel, because the rounding errors of hundreds of thin parts would add up. */
function fine(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Lines that join equal token counts in both lanes, with numbers if there is room. */
function joinsView(
  joins: readonly { readonly tokens: number; readonly from: number; readonly to: number }[],
  left: number,
  top: number,
  bottom: number,
  size: PlotSize,
): SVGTemplateResult {
  let free = left;
  return svg`<g class="joins" aria-hidden="true">
    ${joins.map(({ tokens, from, to }) => {
      const words = `${tokens}`;
      const middle = (from + to) / 2;
      const hasRoom = middle - textPx(words, size) / 2 > free;
      if (hasRoom) free = middle + textPx(words, size);
      return svg`<path class="line-join" d="M${px(from)} ${px(top)}L${px(to)} ${px(bottom)}" />
        ${
          hasRoom
            ? svg`<text class="on-line" x=${px(middle)} y=${px((top + bottom) / 2 + 0.35 * size.emPx)} text-anchor="middle">${words}</text>`
            : nothing
        }`;
    })}
  </g>`;
}
