// The output of `laser estimate`: the answer in plain words with its interval, then each figure and what it means.
import { several } from "../../../core/base/index.ts";
import { costTable, decimals, range, times, type Estimate, type Interval } from "../../bench/index.ts";
import type { DeviceFacts, ModelFacts } from "../../engine/index.ts";
import type { CostTable } from "../../../core/laser/index.ts";
import { deviceName } from "../terminal/writeAnswer.ts";
import { shareOf } from "../terminal/figures.ts";
import { formatTable } from "../terminal/table.ts";

export interface EstimateReport {
  readonly estimate: Estimate;
  /** Name of the file of answers. */
  readonly file: string;
  /** How the answers became token ids. */
  readonly tokenIds: string;
  readonly promptsKnown: boolean;
  readonly model: ModelFacts;
  readonly device: DeviceFacts;
  readonly costs: CostTable;
}

const SHOWN_CONTEXT_TOKENS = 256;

/** How each figure is defined; text and JSON give the same words. */
const ESTIMATE_DEFINITIONS = {
  speedUp:
    "time of plain decoding ÷ time with drafts, summed over all answers. Time = T(n) of each evaluation, as measured on this machine and model just now, + drafting and judging as they took now. Reading the prompt is not included.",
  interval: "95 %, bootstrap over answers: how much the figure would vary with other answers of this kind.",
  edl: "tokens per step = tokens ÷ steps; a step is one evaluation, steps without a draft included.",
  allSent:
    "tokens per step if evaluating many tokens cost no more than one: what drafting could gain, not what this machine allows.",
  acceptance: "drafted tokens kept ÷ drafted tokens.",
  parts: "the answers are cut into parts at random; each part is decoded with all other parts as the pool.",
  rule: "strict: the text is the same as in plain decoding. A relaxed rule may gain more; what it would keep can't be known from text.",
  limits:
    "T(n) is measured up to 480 tokens of context and extrapolated beyond. The answers are taken as the model's own: another model or prompt writes other text.",
} as const;

export function estimateObject(report: EstimateReport): object {
  const { estimate, model, device, costs, ...facts } = report;
  return {
    verdict: verdict(estimate.speedUp),
    ...{ ...facts, model, device, ...estimate, costs: costs.points },
    definitions: ESTIMATE_DEFINITIONS,
  };
}

export function estimateLines(report: EstimateReport): readonly string[] {
  const { estimate, file, model, device, costs } = report;
  const { speedUp, edl, tokens, steps, drafted, kept, slower, answers } = estimate;
  const { columns, rows } = costTable(costs, costs, SHOWN_CONTEXT_TOKENS);
  const shown = columns.length - 1; // "before" equals this measurement.
  return [
    `${file} on ${model.file}, ${deviceName(device)}`,
    `${several(answers, "answer")}, ${several(tokens, "token")}; ${report.tokenIds}`,
    ...(estimate.repeated > 0
      ? [`${estimate.repeated} empty answers or copies of another are left out`]
      : []),
    ...(report.promptsKnown
      ? []
      : ["prompts are not recorded: drafts from the prompt itself are not counted"]),
    "",
    verdict(speedUp),
    "",
    `speed-up        ${times(speedUp.value)} ${brackets(speedUp)}; median answer ${times(estimate.medianSpeedUp.value)} ${brackets(estimate.medianSpeedUp)}`,
    `tokens/s        ${decimals(estimate.tokensPerSecond, 1)}, plain ${decimals(estimate.plainTokensPerSecond, 1)}`,
    `tokens per step ${decimals(edl.value, 2)} ${brackets(edl)} (${tokens}/${steps})`,
    `if all sent     ${decimals(estimate.edlAllSent.value, 2)} ${brackets(estimate.edlAllSent)}`,
    `acceptance      ${shareOf(kept, drafted)}`,
    `slower answers  ${shareOf(slower, answers)}`,
    "",
    ...formatTable(
      columns.slice(0, shown).map((title, i) => ({ title, align: i === 0 ? "left" : "right" })),
      rows.map((row) => row.slice(0, shown)),
    ),
    "",
    ...Object.entries(ESTIMATE_DEFINITIONS).map(([name, text]) => `${name.padEnd(11)} ${text}`),
    `parts       here ${estimate.folds}`,
  ];
}

/** The answer to "is it worth it?". An interval that includes 1 decides nothing. */
function verdict({ value, low, high }: Interval): string {
  const interval = `95 %: ${range({ value, low, high })}`;
  if (low > 1)
    return `LASER would write such answers ${times(value)} as fast as plain decoding here (${interval}).`;
  if (high < 1)
    return `LASER would be slower here: ${times(value)} of the speed of plain decoding (${interval}).`;
  return `No gain can be shown from these answers: ${times(value)} of the speed of plain decoding (${interval}).`;
}

function brackets(interval: Interval): string {
  return `[${range(interval)}]`;
}
