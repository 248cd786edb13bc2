// What a click model is trained on: interactions with the items that every arm knows, and the facts of these items.
import { EvaluateError } from "./errors.ts";
import type { Knowledge } from "./knowledge.ts";

/** What the data set says of an item. */
export interface StudyItem {
  readonly id: string;
  readonly title: string | null;
  readonly year: number | null;
  /** Such as genres. */
  readonly attributes: readonly string[];
}

export interface Interaction {
  readonly user: string;
  readonly item: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly rating: number;
}

/** Parallel arrays, one entry an interaction; users and items are numbered from 0. */
export interface StudyData {
  readonly items: readonly StudyItem[];
  readonly users: Int32Array;
  readonly itemOf: Int32Array;
  /** 1: clicked, that is, rated at least `minRating`. */
  readonly labels: Uint8Array;
  readonly timesMs: Float64Array;
  /** Attributes of all items, sorted; items × attributes in `attributeFlags`, 0 or 1. */
  readonly attributes: readonly string[];
  readonly attributeFlags: Uint8Array;
  readonly userCount: number;
}

/** Fewer items say nothing about a recommender. */
export const MIN_ITEMS = 50;
const MIN_OF_EACH = 20;

/**
 * The interactions with items of which every arm has a text.
 * @throws EvaluateError tooFewItems | tooFewClicks
 */
export function studyData(
  all: readonly StudyItem[],
  interactions: readonly Interaction[],
  arms: readonly Knowledge[],
  minRating: number,
): StudyData {
  const used = new Set(interactions.map(({ item }) => item));
  const items = all.filter(({ id }) => used.has(id) && arms.every(({ texts }) => texts.has(id)));
  if (items.length < MIN_ITEMS)
    throw new EvaluateError({ tag: "tooFewItems", items: items.length, needed: MIN_ITEMS });
  const itemNumbers = new Map(items.map(({ id }, at) => [id, at]));
  const known = interactions.filter(({ item }) => itemNumbers.has(item));
  const userNumbers = new Map<string, number>();
  const numberOf = (user: string): number => {
    const at = userNumbers.get(user) ?? userNumbers.size;
    userNumbers.set(user, at);
    return at;
  };
  const labels = Uint8Array.from(known, ({ rating }) => (rating >= minRating ? 1 : 0));
  const clicks = labels.reduce((sum, label) => sum + label, 0);
  if (Math.min(clicks, labels.length - clicks) < MIN_OF_EACH)
    throw new EvaluateError({ tag: "tooFewClicks", clicks, rows: labels.length });
  const attributes = [...new Set(items.flatMap((item) => item.attributes))].sort();
  return {
    items,
    users: Int32Array.from(known, ({ user }) => numberOf(user)),
    itemOf: Int32Array.from(known, ({ item }) => itemNumbers.get(item)!),
    labels,
    timesMs: Float64Array.from(known, ({ timeMs }) => timeMs),
    attributes,
    attributeFlags: Uint8Array.from(
      items.flatMap((item) => attributes.map((attribute) => (item.attributes.includes(attribute) ? 1 : 0))),
    ),
    userCount: userNumbers.size,
  };
}

/** An item's facts as a text, to be compared with what was written about it: "Toy Story (1995). Animation, Comedy". */
export function factsText({ title, year, attributes }: StudyItem): string {
  return `${title ?? ""}${year === null ? "" : ` (${year})`}. ${attributes.join(", ")}`;
}
