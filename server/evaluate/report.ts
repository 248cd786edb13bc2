// An evaluation as Markdown: the question's answer first, then its figures, then how they were made.
import type { StudyResult } from "./clickModel.ts";
import type { DirectMeasures } from "./directMeasures.ts";
import type { Likelihood } from "./likelihood.ts";
import { evidenceOf, verdictOf, verdictText } from "./verdict.ts";

export interface Evaluation {
  readonly dataSet: string;
  readonly items: number;
  readonly users: number;
  readonly interactions: number;
  readonly minRating: number;
  readonly margin: number;
  readonly seeds: number;
  readonly resamples: number;
  readonly coldRows: number;
  /** The model that made the vectors, how many texts were cut to its context, and its context in tokens. */
  readonly embedder: { readonly name: string; readonly cutTexts: number; readonly contextTokens: number };
  readonly arms: readonly {
    readonly name: string;
    readonly file: string;
    readonly failedRows: number;
    /** The file of knowledge about users; null: nothing is known about them. */
    readonly users: string | null;
  }[];
  /** By name; null: not measured. */
  readonly likelihood: ReadonlyMap<string, Likelihood> | null;
  readonly study: StudyResult;
  readonly measures: readonly DirectMeasures[];
}

export function evaluationReport(evaluation: Evaluation): string {
  return [
    "# Does relaxed knowledge serve the recommender as well?",
    "",
    ...answerLines(evaluation),
    "",
    "## Click model",
    "",
    ...armTable(evaluation),
    "",
    ...differenceTable("all test rows", evaluation.study.differences, evaluation),
    ...(evaluation.study.coldDifferences.length === 0
      ? [`No figures for cold items: their test rows are all of one kind, or there are none.`, ""]
      : differenceTable("cold items", evaluation.study.coldDifferences, evaluation)),
    "## The texts themselves",
    "",
    ...measureTable(evaluation.measures, evaluation.likelihood),
    "",
    "## How it was measured",
    "",
    ...methodLines(evaluation),
    "",
  ].join("\n");
}

function answerLines({ study, margin }: Evaluation): string[] {
  const evidence = evidenceOf(study);
  if (evidence.kind === "noEvidence")
    return [
      `**No evidence either way.** Here strict knowledge itself is not shown to help the click model (${evidence.unmet
        .map(({ against, mean, low, high }) => `against ${against} ${interval(mean, low, high)}`)
        .join("; ")}), so nothing that relaxing loses could be seen.`,
    ];
  return [
    "Strict knowledge helps the click model here: better than none and than the knowledge of other items.",
    ...study.differences
      .filter(({ against }) => against === "strict")
      .map(
        ({ of, mean, low, high }) =>
          `- ${cell(of)}: ${verdictText(verdictOf({ low, high }, margin), margin)} (${interval(mean, low, high)} AUC).`,
      ),
  ];
}

function armTable({ study, coldRows }: Evaluation): string[] {
  return table(
    ["knowledge", "AUC", "deviation over seeds", `AUC of cold items (≤ ${coldRows} training rows)`],
    study.arms.map(({ name, auc, seedDeviation, coldAuc }) => [
      name,
      auc.toFixed(4),
      seedDeviation?.toFixed(4) ?? "not measured",
      coldAuc?.toFixed(4) ?? "not measured",
    ]),
  );
}

function differenceTable(
  rows: string,
  differences: StudyResult["differences"],
  { study, margin }: Evaluation,
): string[] {
  const helps = evidenceOf(study).kind === "helps";
  return [
    ...table(
      [`difference of AUC, ${rows}`, "mean [95 %]", "smallest detectable", "verdict"],
      differences.map(({ of, against, mean, low, high, detectable }) => [
        `${of} − ${against}`,
        interval(mean, low, high),
        detectable.toFixed(4),
        against !== "strict"
          ? "control"
          : helps
            ? verdictText(verdictOf({ low, high }, margin), margin)
            : "none: no evidence",
      ]),
    ),
    "",
  ];
}

function measureTable(measures: readonly DirectMeasures[], likelihood: Evaluation["likelihood"]): string[] {
  return table(
    [
      "knowledge",
      "equal to strict",
      "title named",
      "year named",
      "length ÷ strict",
      "own item nearest",
      "mean 1 ÷ rank",
      "ln p per token",
      "lost to strict (nats per token)",
    ],
    measures.map((measure) => [
      measure.name,
      percent(measure.equalToStrict),
      percent(measure.titleNamed),
      measure.yearNamed === null ? "no years" : percent(measure.yearNamed),
      measure.lengthRatio.toFixed(3),
      percent(measure.ownItemFirst),
      measure.reciprocalRank.toFixed(3),
      ...likelihoodCells(likelihood?.get(measure.name) ?? null),
    ]),
  );
}

function likelihoodCells(found: Likelihood | null): string[] {
  if (found === null) return ["not measured", "not measured"];
  const { perToken, lost } = found;
  return [signed(perToken, 3), `${signed(lost.mean, 3)} ± ${(1.96 * lost.error).toFixed(3)}`];
}

function methodLines({ study, embedder, ...evaluation }: Evaluation): string[] {
  const { past, train, validation, test } = study.rows;
  return [
    `- Data: ${evaluation.dataSet}, ${evaluation.interactions} interactions of ${evaluation.users} users with the ${evaluation.items} items of which every file has an answer; a click is a rating of at least ${evaluation.minRating}.`,
    ...evaluation.arms.map(
      ({ name, file, failedRows, users }) =>
        `- ${cell(name)}: ${cell(file)}${failedRows > 0 ? `, ${failedRows} rows failed` : ""}${users === null ? "" : `; of users ${cell(users)}`}.`,
    ),
    "- none: no knowledge; shuffled: the strict vectors, each given to another item (and user), in another order for every seed; facts: vectors of title, year and attributes alone.",
    ...scoredLine(evaluation.likelihood),
    `- Split by each user's own time: ${past > 0 ? `${past} rows made the users' knowledge and are only the past of the others, ` : ""}${train} rows train, ${validation} stop the training, ${test} test (${study.testClicks} clicks, ${study.testUsers} users, ${study.testItems} items; ${study.coldTestRows} rows of cold items).`,
    `- Click model: LightGBM, ${study.parameters.num_leaves} leaves, rate ${study.parameters.learning_rate}, at least ${study.parameters.min_child_samples} rows per leaf: chosen on the validation rows of strict knowledge and kept for all. Every feature comes from earlier rows.`,
    `- ${evaluation.seeds} seeds, averaged; intervals: ${evaluation.resamples} times the test users drawn again, the same draws for both sides. Margin ${evaluation.margin} AUC. Smallest detectable: 2.8 standard errors (power 80 %).`,
    `- Vectors: ${cell(embedder.name)}, state after the last token; ${embedder.cutTexts === 0 ? "no text was" : `${embedder.cutTexts} texts were`} cut to ${embedder.contextTokens} tokens. Shares of the second table are of ${evaluation.items} items.`,
  ];
}

function scoredLine(likelihood: Evaluation["likelihood"]): string[] {
  const [first] = likelihood?.values() ?? [];
  if (first === undefined) return [];
  return [
    `- ln p: of ${first.items} items with an answer of at least one token in every file, given their prompts, under the model that wrote them (no sampling, no penalties); ± is 1.96 standard errors over the items.`,
  ];
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)];
}

/** Foreign text in a table or a sentence: no markup, no line breaks, no control characters. */
function cell(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").replace(/[\\|`*_<>[\]]/g, "\\$&");
}

const interval = (mean: number, low: number, high: number): string =>
  `${signed(mean)} [${signed(low)}, ${signed(high)}]`;
const signed = (value: number, digits = 4): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
