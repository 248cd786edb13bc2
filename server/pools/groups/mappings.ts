// Published mappings of attribute values to groups.

/**
 * The nine groups of MovieLens films by their first genre, as in the code of LASER (arXiv 2408.05676):
 * preprocess/generate_data_and_prompt.py of github.com/YunjiaXi/LASER. All other values are in the last one.
 */
const MOVIELENS_9: readonly (readonly string[])[] = [
  ["Adventure"],
  ["Comedy"],
  ["Action", "Crime"],
  ["Drama"],
  ["Animation", "Children", "Children's"],
  ["Sci-Fi", "Fantasy", "Mystery"],
  ["Documentary"],
  ["Horror", "Thriller"],
  ["Western", "Film-Noir", "Romance", "War", "Musical", "IMAX"],
];

/** The group of each value of an attribute; `other` is that of all other values, null for none. */
export interface GroupMapping {
  readonly mapping: Readonly<Record<string, string>>;
  readonly other: string | null;
}

/** By name. */
export const GROUP_MAPPINGS: Readonly<Record<string, GroupMapping>> = {
  "movielens-9": mappingOf(MOVIELENS_9),
};

/** Each list is a group, named after its first values. The last one also takes what has no group. */
function mappingOf(lists: readonly (readonly string[])[]): GroupMapping {
  const nameOf = (values: readonly string[]): string => values.slice(0, 2).join("+");
  return {
    mapping: Object.fromEntries(lists.flatMap((values) => values.map((value) => [value, nameOf(values)]))),
    other: nameOf(lists.at(-1)!),
  };
}
