// Groups files from attributes, vectors, interactions, or nothing at all.
import { several, type InPieces } from "../../../core/base/index.ts";
import { PoolError } from "../errors.ts";
import { bestClusters } from "./clusters.ts";
import { emptyGroups, type GroupAttribute, type GroupsFile } from "./groupsFile.ts";
import { transposed, userVectors, type InteractionTable } from "./interactions.ts";
import { normaliseRows, type Matrix } from "./matrix.ts";
import { SeededNumbers } from "./random.ts";
import { attributeGroup, type Routable } from "./router.ts";

/** What takes long, and how much of it is done, 0 … 1. */
export type OnGroupStep = (step: "vectors" | "clusters", share: number) => void;

/** How many clusters to make. */
export interface ClusterChoice {
  /** Numbers of clusters to try; the one with the largest silhouette is taken. */
  readonly ks: readonly number[];
  readonly seed: number;
  readonly onStep?: OnGroupStep;
}

/** Each subject by its attribute. Subjects without a group are left out. */
export function groupsByAttribute(
  source: string,
  rows: Iterable<Routable>,
  attribute: GroupAttribute,
): GroupsFile {
  const subjects: [string, string][] = [];
  for (const { subject, attributes } of rows) {
    const found = attributeGroup(attribute, attributes);
    if (subject !== null && found !== null) subjects.push([subject, found.group]);
  }
  return {
    ...emptyGroups({
      by: "attribute",
      source,
      k: new Set(subjects.map(([, group]) => group)).size,
      seed: null,
      silhouette: null,
    }),
    attribute,
    subjects: Object.fromEntries(subjects),
  };
}

/** Subjects with vectors of similar direction together. @param keys one per row */
export function* groupsByVectors(
  source: string,
  keys: readonly string[],
  vectors: Matrix,
  choice: ClusterChoice,
): InPieces<GroupsFile> {
  const points = { ...vectors, values: vectors.values.slice() };
  normaliseRows(points);
  return yield* clustered({ by: "vectors", source, keys, points, choice });
}

/** How to group by interactions; `dimensions` is the length of the vectors. */
export interface CollaborativeChoice extends ClusterChoice {
  readonly of: "users" | "items";
  readonly dimensions: number;
  /** Subjects with fewer interactions are left to the fallback. */
  readonly minInteractions: number;
  /** How they are grouped then; null: not at all. */
  readonly fallback: GroupAttribute | null;
}

/** Users (or items) with similar interactions together. */
export function* groupsByInteractions(
  source: string,
  table: InteractionTable,
  { of, dimensions, minInteractions, fallback, ...choice }: CollaborativeChoice,
): InPieces<GroupsFile> {
  const side = of === "users" ? table : transposed(table);
  const onShare = (share: number): void => choice.onStep?.("vectors", share);
  const vectors = yield* userVectors(side, { dimensions, seed: choice.seed, onShare });
  const known = side.userKeys.flatMap((_, row) => (side.userCounts[row]! >= minInteractions ? [row] : []));
  const points: Matrix = {
    rows: known.length,
    columns: vectors.columns,
    values: new Float64Array(known.length * vectors.columns),
  };
  known.forEach((row, to) => {
    points.values.set(
      vectors.values.subarray(row * vectors.columns, (row + 1) * vectors.columns),
      to * vectors.columns,
    );
  });
  const keys = known.map((row) => side.userKeys[row]!);
  const fewest = Math.min(...choice.ks);
  if (keys.length < fewest)
    throw new PoolError({
      tag: "groupDataInvalid",
      path: source,
      line: null,
      reason: `of its ${of} (${side.userKeys.length}), ${keys.length} have at least ${several(minInteractions, "interaction")} (--min-interactions), and ${several(fewest, "group")} need as many`,
    });
  const few = side.userKeys.flatMap((key, row): [string, number][] =>
    side.userCounts[row]! < minInteractions ? [[key, side.userCounts[row]!]] : [],
  );
  return {
    ...(yield* clustered({ by: "interactions", source, keys, points, choice })),
    attribute: fallback,
    minInteractions,
    few: Object.fromEntries(few),
  };
}

/** Groups of equal sizes, drawn at random: the baseline for what grouping gains beyond smaller pools. */
export function groupsAtRandom(source: string, keys: readonly string[], k: number, seed: number): GroupsFile {
  requireEnough(source, keys.length, k);
  const order = new SeededNumbers(seed).order(keys.length);
  const subjects = Array.from(order, (key, at): [string, string] => [keys[key]!, `random${at % k}`]);
  return {
    ...emptyGroups({ by: "random", source, k, seed, silhouette: null }),
    subjects: Object.fromEntries(subjects),
  };
}

/** @throws PoolError for fewer subjects than groups */
function requireEnough(source: string, subjects: number, groups: number): void {
  if (subjects >= groups) return;
  const reason =
    subjects === 0
      ? "it does not name a user or an item"
      : `${several(subjects, "subject")} can't form ${several(groups, "group")} (--k)`;
  throw new PoolError({ tag: "groupDataInvalid", path: source, line: null, reason });
}

interface Clustering {
  readonly by: "vectors" | "interactions";
  readonly source: string;
  readonly keys: readonly string[];
  readonly points: Matrix;
  readonly choice: ClusterChoice;
}

function* clustered({
  by,
  source,
  keys,
  points,
  choice: { ks, seed, onStep },
}: Clustering): InPieces<GroupsFile> {
  requireEnough(source, points.rows, Math.min(...ks));
  const { k, assigned, silhouette } = yield* bestClusters(points, ks, seed, (share) =>
    onStep?.("clusters", share),
  );
  return {
    ...emptyGroups({ by, source, k, seed, silhouette }),
    subjects: Object.fromEntries(keys.map((key, row) => [key, `cluster${assigned[row]!}`])),
  };
}
