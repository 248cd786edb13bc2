// The text of a hover as paragraphs of our words and of foreign text. It does not build Markdown, so that no
// text of a model or a file can become markup.
import { t } from "../../core/base/index.ts";
import {
  candidatesOf,
  probabilityFigure,
  insteadSentence,
  oneLineText,
  originOf,
  tokenSentence,
  tokenText,
  type Candidate,
} from "../../core/trace/index.ts";
import type { RunSnapshot } from "../shared/panel.ts";
import type { TokenPlace, TokenSpan } from "./tokenSpans.ts";

/** `foreign` is text written by a model or a file. */
export interface Part {
  readonly kind: "words" | "strong" | "foreign";
  readonly text: string;
}

export interface HoverParagraph {
  readonly kind: "paragraph" | "item";
  readonly parts: readonly Part[];
}

const MAX_CANDIDATES = 5;
const MARKS: Readonly<Record<Candidate["marks"][number], string>> = {
  own: t("the target's own choice"),
  kept: t("in the answer"),
  drafted: t("drafted"),
};

/** The text for a span: for each of its tokens, if a character is split over several. */
export function hoverParagraphs(run: RunSnapshot, { tokens }: TokenSpan): HoverParagraph[] {
  const split =
    tokens.length > 1
      ? [paragraph(words(t("One character made of {0} tokens, in order:", tokens.length)))]
      : [];
  return [...split, ...tokens.flatMap((token) => tokenParagraphs(run, token))];
}

function tokenParagraphs(
  run: RunSnapshot,
  { step: index, place, id, tokenClass }: TokenPlace,
): HoverParagraph[] {
  const step = run.steps[index];
  if (step === undefined) return [];
  const token = { step, place };
  const instead = insteadSentence(token, run);
  const drafted = step.draft[place];
  return [
    paragraph(foreign(oneLineText(tokenText(run, id))), words(" – "), strong(tokenClass)),
    paragraph(words(`${tokenSentence(token, run.header?.request ?? null)}.`)),
    ...(instead === null ? [] : [paragraph(words(`${instead}.`))]),
    ...shownCandidates(candidatesOf(token, run)).map(candidateItem),
    ...(drafted === undefined
      ? []
      : [
          paragraph(
            words(
              originOf(drafted, run)
                .map(([name, value]) => `${name}: ${value}`)
                .join(" · "),
            ),
          ),
        ]),
    paragraph(words(t("Step {0}, place {1}.", index + 1, place))),
  ];
}

/** The most probable candidates, and any other that is drafted, kept or the target's own choice. */
function shownCandidates(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(({ marks }, at) => at < MAX_CANDIDATES || marks.length > 0);
}

function candidateItem(candidate: Candidate): HoverParagraph {
  const { rank, text, marks } = candidate;
  const figure = probabilityFigure(candidate).replace("≤", "p ≤");
  const markWords = marks.map((mark) => MARKS[mark]).join(", ");
  return {
    kind: "item",
    parts: [
      words(`${rank ?? "?"}. `),
      foreign(text),
      words(` ${figure}${markWords === "" ? "" : ` – ${markWords}`}`),
    ],
  };
}

function paragraph(...parts: readonly Part[]): HoverParagraph {
  return { kind: "paragraph", parts };
}

const words = (text: string): Part => ({ kind: "words", text });
const strong = (text: string): Part => ({ kind: "strong", text });
const foreign = (text: string): Part => ({ kind: "foreign", text });
