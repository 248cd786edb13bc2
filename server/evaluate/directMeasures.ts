// What relaxing did to the texts themselves, measured without a recommender.
import type { Knowledge } from "./knowledge.ts";
import type { StudyItem } from "./studyData.ts";

/** Every share is of `items`. */
export interface DirectMeasures {
  readonly name: string;
  /** Items that all arms have a text of. */
  readonly items: number;
  /** Shares of items whose text equals the strict one's, names the title, names the year. */
  readonly equalToStrict: number;
  readonly titleNamed: number;
  /** Null if no item has a year. */
  readonly yearNamed: number | null;
  /** Mean over items of this text's characters ÷ the strict text's; items with an empty strict text are left out. */
  readonly lengthRatio: number;
  /** Share of items whose own facts are nearest to the text among the facts of all items, and the mean of 1 ÷ rank. */
  readonly ownItemFirst: number;
  readonly reciprocalRank: number;
}

export interface MeasuredArm {
  readonly knowledge: Knowledge;
  /** One per item, in the order of the items. */
  readonly vectors: readonly Float32Array[];
}

/** @param facts vectors of the items' facts (title, year, attributes), in the order of the items */
export function directMeasures(
  items: readonly StudyItem[],
  strict: Knowledge,
  { knowledge, vectors }: MeasuredArm,
  facts: readonly Float32Array[],
): DirectMeasures {
  const texts = items.map(({ id }) => knowledge.texts.get(id)!);
  const strictTexts = items.map(({ id }) => strict.texts.get(id)!);
  const share = (holds: (at: number) => boolean): number =>
    items.filter((_, at) => holds(at)).length / items.length;
  const dated = items.filter(({ year }) => year !== null).length;
  const ratios = texts.flatMap((text, at) =>
    strictTexts[at] === "" ? [] : [text.length / strictTexts[at]!.length],
  );
  const ranks = ownRanks(centred(vectors), centred(facts));
  return {
    name: knowledge.name,
    items: items.length,
    equalToStrict: share((at) => texts[at] === strictTexts[at]),
    titleNamed: share((at) => names(texts[at]!, items[at]!.title)),
    yearNamed:
      dated === 0
        ? null
        : items.filter(({ year }, at) => year !== null && texts[at]!.includes(String(year))).length / dated,
    lengthRatio: ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
    ownItemFirst: ranks.filter((rank) => rank === 1).length / ranks.length,
    reciprocalRank: ranks.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length,
  };
}

/** Whether a text names a title, whatever its case. */
function names(text: string, title: string | null): boolean {
  return title !== null && title !== "" && text.toLowerCase().includes(title.toLowerCase());
}

/** The rank of each text's own item among all by cosine, 1 … items; equal ones rank after all of their like. */
function ownRanks(texts: readonly Float32Array[], facts: readonly Float32Array[]): number[] {
  return texts.map((text, at) => {
    const own = dot(text, facts[at]!);
    return facts.filter((other, index) => index !== at && dot(text, other) >= own).length + 1;
  });
}

/** Directions from the mean vector, of length 1: raw vectors of a language model all point one way. */
function centred(vectors: readonly Float32Array[]): Float32Array[] {
  const mean = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors)
    vector.forEach((value, at) => (mean[at] = mean[at]! + value / vectors.length));
  return vectors.map((vector) => {
    const shifted = vector.map((value, at) => value - mean[at]!);
    const length = Math.sqrt(dot(shifted, shifted));
    return length === 0 ? shifted : shifted.map((value) => value / length);
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
