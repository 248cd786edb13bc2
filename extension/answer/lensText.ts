// The text of the lens above a prompt: how its latest run went, e.g. "EDL 3.94 · 2.17× · relaxed 2.9 % · Open
// Trace". Figures have as many digits as in the panel, so that both show the same numbers.
import { unreachable, t } from "../../core/base/index.ts";
import { isDoubtful, plainRunWords, type PlainRun } from "../shared/plainRun.ts";
import { loopWords, type MeasuredLoop } from "../../core/inspect/index.ts";
import { shareWords, withRates, type StepCounts, type Trace } from "../../core/trace/index.ts";

/** The latest run of a prompt. */
export type LensRun =
  | { readonly state: "starting" | "running" }
  | {
      readonly state: "ended";
      readonly finish: Trace["result"]["finish"];
      readonly counts: StepCounts;
      /** The loop in which the answer ends: the figures are then those before it. */
      readonly loop: MeasuredLoop | null;
      /** Under a strict rule no token can be relaxed. */
      readonly isStrict: boolean;
      /** As lists and tabs call the run, e.g. "book · laser k 6 p 0.02 · 17:04"; null: unknown. */
      readonly name: string | null;
      /** tokens/s of a plain run of the same prompt; null: not measured. */
      readonly plainTokensPerSecond: number | null;
      /** Which plain run that was; null: not measured, or not kept. */
      readonly plainRun: PlainRun | null;
      readonly hasTrace: boolean;
    };

export type LensAction = "stop" | "openTrace" | "showWhy" | "showPanel";

export interface LensText {
  readonly title: string;
  readonly tooltip: string;
  /** What a click does. */
  readonly action: LensAction;
}

type Ended = Extract<LensRun, { readonly state: "ended" }>;

export function lensText(run: LensRun): LensText {
  if (run.state !== "ended") {
    const title = t("$(loading~spin) {0}… · Stop", run.state);
    return { title, tooltip: t("Stops the run; the text so far is kept."), action: "stop" };
  }
  const action = run.hasTrace ? "openTrace" : run.finish === "failed" ? "showWhy" : "showPanel";
  const title = `${titleParts(run).join(" · ")} · ${ACTIONS[action]}`;
  return { title, tooltip: tooltipLines(run).join("\n"), action };
}

const ACTIONS: Readonly<Record<LensAction, string>> = {
  stop: t("Stop"),
  openTrace: t("Open Trace"),
  showWhy: t("Show Why"),
  showPanel: t("Show Steps"),
};

function titleParts(run: Ended): string[] {
  const { edl, relaxedShare } = withRates(run.loop?.countsBefore ?? run.counts);
  const speedUp = speedUpOf(run, run.loop?.countsBefore ?? run.counts);
  const [end] = endWords(run.finish);
  return [
    ...(end === null ? [] : [end]),
    ...(run.loop === null ? [] : [loopWords(run.loop)]),
    ...(edl === null ? [] : [`EDL ${edl.toFixed(2)}`]),
    ...(speedUp === null ? [] : [`${speedUp.toFixed(2)}×${isDoubted(run) ? " (?)" : ""}`]),
    ...(run.isStrict || relaxedShare === null ? [] : [`relaxed ${shareWords(relaxedShare)}`]),
  ];
}

function tooltipLines(run: Ended): string[] {
  const { committed, steps, relaxed, edl, relaxedShare, tokensPerSecond } = withRates(run.counts);
  const [, end] = endWords(run.finish);
  const ending = end === null ? [] : [end];
  if (edl === null || tokensPerSecond === null) return [...ending, t("No tokens were written.")];
  const speedUp = speedUpOf(run, run.counts);
  const plain = run.plainTokensPerSecond;
  const edlBefore = run.loop === null ? null : withRates(run.loop.countsBefore).edl;
  return [
    ...(run.name === null ? [] : [run.name]),
    ...ending,
    ...(run.loop === null
      ? []
      : [
          t(
            "The answer {0}{1}. The lens shows the figures before the loop, these lines those of the whole answer.",
            loopWords(run.loop),
            edlBefore === null ? "" : t(": EDL {0} before it", edlBefore.toFixed(2)),
          ),
        ]),
    t(
      "EDL {0} tokens/step: {1} tokens in {2} steps, including steps without a draft.",
      edl.toFixed(2),
      committed,
      steps,
    ),
    speedUp === null || plain === null
      ? t("{0} tokens/s, excluding prefill. Speed-up: not measured.", tokensPerSecond.toFixed(1))
      : t(
          "Speed-up {0}×: {1} tokens/s against {2}.",
          speedUp.toFixed(2),
          tokensPerSecond.toFixed(1),
          run.plainRun === null
            ? `${plain.toFixed(1)} tokens/s of a plain run of the same prompt, measured once`
            : plainRunWords(run.plainRun),
        ),
    run.isStrict
      ? t("Strict: every token is the target's own choice, up to float rounding.")
      : t(
          "Relaxed {0}: {1} of {2} tokens are not the target's own choice.",
          shareWords(relaxedShare),
          relaxed,
          committed,
        ),
  ];
}

const isDoubted = ({ plainRun }: Ended): boolean => plainRun !== null && isDoubtful(plainRun);

function speedUpOf({ plainTokensPerSecond }: Ended, counts: StepCounts): number | null {
  const { tokensPerSecond } = withRates(counts);
  if (plainTokensPerSecond === null || tokensPerSecond === null) return null;
  return tokensPerSecond / plainTokensPerSecond;
}

/** The words for the lens and a sentence for the tooltip; null if the answer ended normally. */
function endWords(finish: Ended["finish"]): readonly [string | null, string | null] {
  switch (finish) {
    case "endOfText":
    case "stop":
    case "complete":
      return [null, null];
    case "maxTokens":
      return [null, t("The answer reached its token limit.")];
    case "loop":
      return [
        t("stopped at a loop"),
        t("The answer repeated itself and was ended, as laser.stopAtLoop asks."),
      ];
    case "stopped":
      return ["stopped", t("The run was stopped; all figures cover only the part that was written.")];
    case "failed":
      return ["failed", t("The run failed; all figures cover only the part that was written.")];
    default:
      return unreachable(finish);
  }
}
