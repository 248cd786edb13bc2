// An ablation as a Markdown report with a chart: tables, what each arm and column means, and what was not measured. Date
// and machine are arguments.
import { several } from "../../../core/base/index.ts";
import { barChart, chartInWords, type Bar } from "../report/chart.ts";
import { markdownTable } from "../report/report.ts";
import { brackets, decimals, signed, type FigureTable } from "../report/reportTables.ts";
import type { Ablated, NotMeasured } from "./plan.ts";
import { exactness, isExact, type RuleAblation } from "./rules.ts";
import type { Ablation } from "./run.ts";

/** Where the figures come from. */
export interface AblationFacts {
  /** ISO 8601, when the run ended. */
  readonly date: string;
  /** Program and version. */
  readonly generator: string;
  readonly command: string;
  /** Processor and Node, the only things that the times of drafts depend on. */
  readonly machine: string;
  readonly seed: number;
  /** null: no recorded answers were given. */
  readonly recordings: {
    readonly file: string;
    readonly sha256: string;
    /** How the answers became token ids. */
    readonly tokenIds: string;
  } | null;
}

export interface AblationReport {
  readonly facts: AblationFacts;
  /** null: no recorded answers were given. */
  readonly answers: Ablation | null;
  /** null: no traces were given. */
  readonly rules: RuleAblation | null;
  readonly notMeasured: readonly NotMeasured[];
}

const VARIED: Readonly<Record<Ablated, string>> = {
  groups: "groups",
  "pool-size": "pool size",
  subject: "same subject",
  online: "frozen or on line",
  shape: "chain or tree",
  rule: "rule",
};
const INTERVAL = "95 %, bootstrap over answers: whole answers are drawn again";

/** All tables of a report: what was replayed, what was judged again, what was not measured. */
export function ablationTables({ answers, rules, notMeasured }: AblationReport): readonly FigureTable[] {
  return [
    ...(answers === null ? [] : [armTable(answers)]),
    ...(rules === null ? [] : [ruleTable(rules)]),
    ...(notMeasured.length === 0 ? [] : [missingTable(notMeasured)]),
  ];
}

function armTable({ arms, plan, comparisons }: Ablation): FigureTable {
  return {
    title: "Recorded answers, strict rule",
    columns: ["arm", "varied", "EDL", "95 %", "− base", "95 %", "draft µs", "entries", "tokens"],
    rows: [
      ...arms.map(({ plan: arm, edl, difference, draftUs, entries, poolTokens }) => [
        arm.name,
        arm.ablated === null ? "–" : VARIED[arm.ablated],
        decimals(edl.value, 2),
        brackets(edl, 2),
        difference === null ? "–" : signed(difference.value, 3),
        difference === null ? "–" : brackets(difference, 3),
        decimals(draftUs, 1, Math.ceil),
        decimals(entries, 0, Math.round),
        decimals(poolTokens, 0, Math.round),
      ]),
    ],
    meanings: [
      ...arms.map(({ plan: { name, meaning } }) => [name, meaning] as const),
      ["EDL", "tokens ÷ steps, steps without a draft included, prefill excluded"],
      ["− base", `EDL minus that of the base arm over the same ${several(plan.tests.length, "answer")}`],
      ["95 %", `${INTERVAL}, for differences the same ones under both arms`],
      ["draft µs", "median time of one whole draft on this machine; it varies from run to run"],
      [
        "entries, tokens",
        "answers that a test can draft from, and their tokens with the last tokens of their prompts: means over the tests",
      ],
      ...comparisons.map(
        ({ name, difference }) =>
          [name, `${signed(difference.value, 3)} ${brackets(difference, 3)}, at equal sizes`] as const,
      ),
    ],
  };
}

function ruleTable({ rules, runs, model, withoutDrafts }: RuleAblation): FigureTable {
  return {
    title: model === null ? "Recorded traces under other rules" : `Answers of ${model} under other rules`,
    columns: ["rule", "EDL", "95 %", "− strict", "95 %", "relaxed share", "nats/token", "how"],
    rows: rules.map((figures) => {
      const { name, edl, difference, relaxed, committed, natsGivenUp } = figures;
      return [
        name,
        decimals(edl.value, 2),
        brackets(edl, 2),
        difference === null ? "–" : signed(difference.value, 3),
        difference === null ? "–" : brackets(difference, 3),
        `${decimals((100 * relaxed) / committed, 1, Math.ceil)} % (${relaxed}/${committed})`,
        decimals(natsGivenUp / committed, 4, Math.ceil),
        exactness(figures, runs),
      ];
    }),
    meanings: [
      [
        "rule",
        "relaxed: a drafted token among the k most probable, with a probability above p, is kept too; " +
          (model === null
            ? `guards as recorded in each of ${several(runs, "trace")}`
            : `${several(runs, "prompt")} of the tests, greedy, the pool and shape of the base arm, every draft sent`),
      ],
      [
        "EDL",
        model === null ? "tokens that the recorded steps would commit ÷ steps" : "committed tokens ÷ steps",
      ],
      [
        "95 %",
        `95 %, bootstrap over ${model === null ? "traces" : "prompts"}; of differences over the same ones`,
      ],
      ["relaxed share", "tokens kept that are not the target's choice ÷ committed tokens"],
      ["nats/token", "Σ ln P(most probable) − ln P(kept) over relaxed tokens ÷ committed tokens"],
      [
        "how",
        model !== null
          ? "measured: the model wrote an answer under each rule"
          : "exact: the text stays as recorded. An estimate counts each step after the first token that would change as if the recorded text stood before it",
      ],
      ...(withoutDrafts.length === 0
        ? []
        : [["left out", `nothing was drafted in ${withoutDrafts.join(", ")}`] as const]),
    ],
  };
}

function missingTable(notMeasured: readonly NotMeasured[]): FigureTable {
  return {
    title: "Not measured",
    columns: ["arm", "varied", "why"],
    rows: notMeasured.map(({ ablated, name, reason }) => [name, VARIED[ablated], `not measured: ${reason}`]),
    meanings: [],
  };
}

/** The facts as named lines, the same for report and terminal. */
export function ablationFacts({
  facts,
  answers,
}: AblationReport): readonly (readonly [name: string, value: string])[] {
  const { recordings } = facts;
  return [
    ["date", facts.date],
    ["program", facts.generator],
    ["machine", facts.machine],
    ...(recordings === null || answers === null
      ? []
      : ([
          [
            "answers",
            `${recordings.file} (SHA-256 ${recordings.sha256}): ${several(answers.plan.tests.length, "test")}, ` +
              `${several(answers.arms[0]!.tokens, "token")}, and ${several(answers.plan.candidates.length, "answer")} for pools; ` +
              `${several(answers.plan.leftOut, "empty answer or copy", "empty answers or copies")} left out`,
          ],
          ["token ids", recordings.tokenIds],
        ] as const)),
    ["seed", `${facts.seed}: of tests, pools, random groups and intervals`],
  ];
}

/** @param chartFile the file name of the chart beside the report */
export function ablationMarkdown(report: AblationReport, chartFile: string): string {
  return [
    "# Ablation",
    "",
    `![Tokens per step: ${chartInWords(barsOf(report), "")}](${chartFile})`,
    "",
    ...ablationFacts(report).map(([name, value]) => `- ${name}: ${value}`),
    "",
    `    ${report.facts.command}`,
    "",
    ...ablationTables(report).flatMap(markdownTable),
  ].join("\n");
}

/** EDL of every arm, with the base arm's, or else the strict rule's, as the dashed line. */
export function ablationChart(report: AblationReport): string {
  const { answers, rules, facts } = report;
  const bars = barsOf(report);
  const sources = [
    ...(answers === null
      ? []
      : [`${facts.recordings?.file ?? ""}, ${several(answers.plan.tests.length, "test")}`]),
    ...(rules === null
      ? []
      : [`${several(rules.runs, rules.model === null ? "trace" : "prompt")} under other rules`]),
  ];
  return barChart(
    {
      title: "Tokens per step",
      subtitle: `${sources.join(" · ")} · seed ${facts.seed} · ${facts.date.slice(0, 10)}`,
      bars,
    },
    { unit: "", line: bars[0]!.ratio.value, base: bars[0]!.name, namesWidth: NAMES_WIDTH },
  );
}

const NAMES_WIDTH = 190;

function barsOf({ answers, rules }: AblationReport): readonly Bar[] {
  return [
    ...(answers?.arms ?? []).map(({ plan, edl }) => ({ name: plan.name, ratio: edl })),
    ...(rules === null
      ? []
      : rules.rules.map((figures) => ({
          name: `${figures.name}${isExact(figures, rules.runs) ? "" : " (estimate)"}`,
          ratio: figures.edl,
        }))),
  ];
}
