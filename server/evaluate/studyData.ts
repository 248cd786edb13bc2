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
  /** Of a split data set, 0: training, 1: validation, 2: test; omitted without a split. */
  readonly part?: number;
}

/** Parallel arrays, one entry per interaction; users and items are numbered from 0. */
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
  /** Ids of the users, by number. */
  readonly userIds: readonly string[];
  /**
   * One per interaction, as of Interaction: of a split data set, where the training part was used for the
   * users' knowledge and only serves as the past of the other parts; null: each user's own time divides the
   * interactions.
   */
  readonly parts: Uint8Array | null;
}

/** Fewer items say nothing about a recommender. */
export const MIN_ITEMS = 50;
const MIN_OF_EACH = 20;

/**
 * The interactions with items of which every arm has a text, by users of which every arm of `userArms` has one.
 * @throws EvaluateError tooFewItems | tooFewClicks
 */
export function studyData(
  all: readonly StudyItem[],
  interactions: readonly Interaction[],
  arms: readonly Knowledge[],
  minRating: number,
  userArms: readonly Knowledge[] = [],
): StudyData {
  const ofUsers = interactions.filter(({ user }) => userArms.every(({ texts }) => texts.has(user)));
  const used = new Set(ofUsers.map(({ item }) => item));
  const items = all.filter(({ id }) => used.has(id) && arms.every(({ texts }) => texts.has(id)));
  if (items.length < MIN_ITEMS)
    throw new EvaluateError({ tag: "tooFewItems", items: items.length, needed: MIN_ITEMS });
  const itemNumbers = new Map(items.map(({ id }, at) => [id, at]));
  const known = ofUsers.filter(({ item }) => itemNumbers.has(item));
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
  const users = Int32Array.from(known, ({ user }) => numberOf(user));
  const attributes = [...new Set(items.flatMap((item) => item.attributes))].sort();
  return {
    items,
    users,
    itemOf: Int32Array.from(known, ({ item }) => itemNumbers.get(item)!),
    labels,
    timesMs: Float64Array.from(known, ({ timeMs }) => timeMs),
    attributes,
    attributeFlags: Uint8Array.from(
      items.flatMap((item) => attributes.map((attribute) => (item.attributes.includes(attribute) ? 1 : 0))),
    ),
    userCount: userNumbers.size,
    userIds: [...userNumbers.keys()],
    parts: userArms.length === 0 ? null : Uint8Array.from(known, ({ part }) => part ?? 0),
  };
}

/** An item's facts as a text, to be compared with what was written about it: "Toy Story (1995). Animation, Comedy". */
export function factsText({ title, year, attributes }: StudyItem): string {
  return `${title ?? ""}${year === null ? "" : ` (${year})`}. ${attributes.join(", ")}`;
}
