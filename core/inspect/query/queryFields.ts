// The names that a query may use: what each means and which figure of a token it reads.
import { t } from "../../base/index.ts";
import {
  DRAFT_SOURCES,
  isKept,
  NEXT_KINDS,
  NO_DRAFT_REASONS,
  VERDICT_KINDS,
  VERDICT_REASONS,
} from "../../laser/index.ts";
import type { QueryToken } from "./queryToken.ts";

interface About {
  readonly name: string;
  readonly meaning: string;
  readonly example: string;
}

/** A figure, compared with numbers. */
export interface NumberField extends About {
  readonly kind: "number";
  /** Whole numbers are compared exactly, others up to the digits written. */
  readonly isWhole: boolean;
  /** May be written in per cent, and is between `least` and 1; null for any other figure. */
  readonly share: { readonly is: string; readonly least: number } | null;
  readonly valueOf: (token: QueryToken) => number | null;
  /** A bound that an unknown value certainly exceeds; omitted if nothing is known about it. */
  readonly aboveOf?: (token: QueryToken) => number | null;
}

/** One of some words. A word may mean several: "kept" means accepted and relaxed. */
export interface WordField extends About {
  readonly kind: "word";
  readonly words: ReadonlyMap<string, readonly string[]>;
  readonly valueOf: (token: QueryToken) => string | null;
}

/** Any texts, such as names. */
export interface TextField extends About {
  readonly kind: "text";
  readonly valuesOf: (token: QueryToken) => readonly string[];
}

export type QueryField = NumberField | WordField | TextField;

const itself = (words: readonly string[]): [string, readonly string[]][] =>
  words.map((word) => [word, [word]]);

const whole = (
  name: string,
  meaning: string,
  example: string,
  valueOf: NumberField["valueOf"],
): NumberField => ({ kind: "number", name, meaning, example, isWhole: true, share: null, valueOf });

const probability = (
  name: string,
  meaning: string,
  example: string,
  valueOf: NumberField["valueOf"],
  share: NumberField["share"] = { is: t("a probability"), least: 0 },
): NumberField => ({ kind: "number", name, meaning, example, isWhole: false, share, valueOf });

/** In the order of the help. */
export const QUERY_FIELDS: readonly QueryField[] = [
  {
    kind: "word",
    name: "verdict",
    meaning: t("kind of token; kept = accepted or relaxed, ghost = rejected or unreached"),
    example: "@verdict:relaxed|correction",
    words: new Map([
      ...itself(VERDICT_KINDS),
      ...itself(NEXT_KINDS),
      ["kept", VERDICT_KINDS.filter(isKept)],
      ["ghost", VERDICT_KINDS.filter((kind) => !isKept(kind))],
    ]),
    valueOf: ({ shownClass }) => shownClass,
  },
  {
    ...whole(
      "rank",
      t("its rank among the target's candidates, 1 = most probable"),
      "@rank>2",
      ({ rank }) => rank,
    ),
    aboveOf: ({ rankAbove }) => rankAbove,
  },
  probability(
    "p",
    t("the target's probability for it (upper bound)"),
    "@p<5%",
    ({ probability }) => probability,
  ),
  probability("margin", t("probability minus the rule's threshold"), "@margin<0", ({ margin }) => margin, {
    is: t("a difference of probabilities"),
    least: -1,
  }),
  {
    kind: "word",
    name: "source",
    meaning: t("where its draft was read from"),
    example: "-@source:prompt",
    words: new Map(itself(DRAFT_SOURCES)),
    valueOf: ({ source }) => source,
  },
  {
    kind: "text",
    name: "group",
    meaning: t("group of a pool entry that the draft was read from"),
    example: '@group:"Comedy"',
    valuesOf: ({ groups }) => groups,
  },
  {
    kind: "text",
    name: "entry",
    meaning: t("name of a pool entry that the draft was read from"),
    example: "@entry=movie-12",
    valuesOf: ({ entries }) => entries,
  },
  whole("match", t("context tokens that matched there"), "@match>=4", ({ matchTokens }) => matchTokens),
  whole("count", t("positions and pool entries that voted for it"), "@count>1", ({ count }) => count),
  probability("chance", t("its predicted acceptance probability"), "@chance>=50%", ({ chance }) => chance),
  whole("step", t("number of its step, from 1"), "@step:10..20", ({ step }) => step),
  whole("place", t("its number in the step, 0 = first drafted token"), "@place:0", ({ place }) => place),
  whole(
    "depth",
    t("tokens of its branch before it, 0 = first after the root"),
    "@depth>=3",
    ({ depth }) => depth,
  ),
  {
    kind: "number",
    name: "ms",
    meaning: t("duration of its step"),
    example: "@ms>100",
    isWhole: false,
    share: null,
    valueOf: ({ stepMs }) => stepMs,
  },
  whole("draft", t("tokens drafted in its step"), "@draft:0", ({ draftTokens }) => draftTokens),
  whole("kept", t("drafted tokens that its step kept"), "@kept:0", ({ keptTokens }) => keptTokens),
  {
    kind: "word",
    name: "reason",
    meaning: t("reason for the decision, or why there was no draft"),
    example: "@reason:probability|rank",
    words: new Map(itself([...VERDICT_REASONS, ...NO_DRAFT_REASONS])),
    valueOf: ({ reason }) => reason,
  },
];

const byName = new Map(QUERY_FIELDS.map((field) => [field.name, field]));

/** Looks up a field by name, ignoring case. */
export function fieldOf(name: string): QueryField | undefined {
  return byName.get(name.toLowerCase());
}
