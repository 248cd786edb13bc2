// k-means with k-means++ starts, seeded, and the silhouette by which a number of clusters is chosen.
import type { InPieces } from "../../../core/base/index.ts";
import { PIECE_ROWS, squaredDistance, zeros, type Matrix } from "./matrix.ts";
import { SeededNumbers } from "./random.ts";

/** A partition of the rows of a matrix. */
export interface Clusters {
  readonly k: number;
  /** By row: its cluster, 0 … k − 1; clusters are numbered by size, the largest first. */
  readonly assigned: Int32Array;
  /** Σ of squared distances to the cluster's mean. */
  readonly inertia: number;
}

const MAX_ROUNDS = 100;
/** The best of this many starts. */
const STARTS = 4;

/** @throws Error for more clusters than rows */
export function* kMeans(points: Matrix, k: number, seed: number): InPieces<Clusters> {
  if (k < 1 || k > points.rows) throw new Error(`${points.rows} rows can't form ${k} clusters`);
  let best: Clusters | null = null;
  for (let start = 0; start < STARTS; start++) {
    const found = yield* lloyd(points, k, new SeededNumbers(seed + start * 0x9e37));
    if (best === null || found.inertia < best.inertia) best = found;
  }
  return bySize(best!);
}

/** Lloyd's algorithm from a k-means++ start (Arthur and Vassilvitskii 2007). */
function* lloyd(points: Matrix, k: number, random: SeededNumbers): InPieces<Clusters> {
  const centres = yield* startOf(points, k, random);
  const assigned = new Int32Array(points.rows).fill(-1);
  const distances = new Float64Array(points.rows);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let moved = 0;
    for (let row = 0; row < points.rows; row++) {
      if (row % PIECE_ROWS === 0) yield;
      const [centre, distance] = nearest(points, row, centres);
      if (assigned[row] !== centre) moved++;
      assigned[row] = centre;
      distances[row] = distance;
    }
    if (moved === 0) break;
    recentre(points, assigned, distances, centres);
  }
  return { k, assigned, inertia: distances.reduce((sum, distance) => sum + distance, 0) };
}

function* startOf(points: Matrix, k: number, random: SeededNumbers): InPieces<Matrix> {
  const { rows, columns, values } = points;
  const centres = zeros(k, columns);
  const take = (row: number, centre: number): void => {
    centres.values.set(values.subarray(row * columns, (row + 1) * columns), centre * columns);
  };
  take(random.below(rows), 0);
  const distances = new Float64Array(rows).fill(Infinity);
  for (let centre = 1; centre < k; centre++) {
    let total = 0;
    for (let row = 0; row < rows; row++) {
      if (row % PIECE_ROWS === 0) yield;
      distances[row] = Math.min(distances[row]!, squaredDistance(points, row, centres, centre - 1));
      total += distances[row]!;
    }
    let left = random.uniform() * total;
    let row = 0;
    while (row + 1 < rows && left >= distances[row]!) left -= distances[row++]!;
    take(row, centre);
  }
  return centres;
}

function nearest(points: Matrix, row: number, centres: Matrix): [centre: number, distance: number] {
  let [best, distance] = [0, Infinity];
  for (let centre = 0; centre < centres.rows; centre++) {
    const there = squaredDistance(points, row, centres, centre);
    if (there < distance) [best, distance] = [centre, there];
  }
  return [best, distance];
}

/** Moves each centre to the mean of its rows; an empty one to the row farthest from its own. */
function recentre(points: Matrix, assigned: Int32Array, distances: Float64Array, centres: Matrix): void {
  const { rows, columns, values } = points;
  const sizes = new Int32Array(centres.rows);
  const sums = zeros(centres.rows, columns).values;
  for (let row = 0; row < rows; row++) {
    const centre = assigned[row]!;
    sizes[centre]!++;
    for (let i = 0; i < columns; i++) sums[centre * columns + i]! += values[row * columns + i]!;
  }
  for (let centre = 0; centre < centres.rows; centre++) {
    if (sizes[centre] === 0) {
      let farthest = 0;
      for (let row = 1; row < rows; row++) if (distances[row]! > distances[farthest]!) farthest = row;
      distances[farthest] = 0;
      centres.values.set(values.subarray(farthest * columns, (farthest + 1) * columns), centre * columns);
      continue;
    }
    for (let i = 0; i < columns; i++)
      centres.values[centre * columns + i] = sums[centre * columns + i]! / sizes[centre]!;
  }
}

function bySize({ k, assigned, inertia }: Clusters): Clusters {
  const sizes = new Int32Array(k);
  for (const cluster of assigned) sizes[cluster]!++;
  const order = Array.from({ length: k }, (_, i) => i).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const rank = new Int32Array(k);
  order.forEach((cluster, at) => (rank[cluster] = at));
  return { k, assigned: assigned.map((cluster) => rank[cluster]!), inertia };
}

/** Rows that a silhouette is measured on. */
const SAMPLE_ROWS = 1000;

/**
 * The mean silhouette (Rousseeuw 1987) of a seeded sample, −1 … 1: how much nearer rows are to their own cluster than to
 * the next one. A row alone in its cluster counts 0; null for fewer than two clusters with rows in the sample.
 */
export function* silhouette(
  points: Matrix,
  { k, assigned }: Clusters,
  seed: number,
): InPieces<number | null> {
  const sample = new SeededNumbers(seed).order(points.rows).subarray(0, SAMPLE_ROWS);
  const sizes = new Int32Array(k);
  for (const row of sample) sizes[assigned[row]!]!++;
  if (sizes.filter((size) => size > 0).length < 2) return null;
  const sums = new Float64Array(k);
  let total = 0;
  for (const row of sample) {
    yield;
    sums.fill(0);
    for (const other of sample)
      sums[assigned[other]!]! += Math.sqrt(squaredDistance(points, row, points, other));
    const own = assigned[row]!;
    if (sizes[own] === 1) continue;
    const within = sums[own]! / (sizes[own]! - 1);
    let between = Infinity;
    for (let cluster = 0; cluster < k; cluster++)
      if (cluster !== own && sizes[cluster]! > 0)
        between = Math.min(between, sums[cluster]! / sizes[cluster]!);
    const larger = Math.max(within, between);
    if (larger > 0) total += (between - within) / larger;
  }
  return total / sample.length;
}

/**
 * The clusters of the number of clusters, of those given, whose silhouette is largest; the first among equals.
 * @param onShare called with how much is done, 0 … 1
 */
export function* bestClusters(
  points: Matrix,
  ks: readonly number[],
  seed: number,
  onShare: (share: number) => void = () => undefined,
): InPieces<Clusters & { readonly silhouette: number | null }> {
  let best: (Clusters & { readonly silhouette: number | null }) | null = null;
  for (const [at, k] of ks.entries()) {
    onShare(at / ks.length);
    if (k > points.rows) continue;
    const clusters = yield* kMeans(points, k, seed);
    const found = { ...clusters, silhouette: yield* silhouette(points, clusters, seed) };
    if (best === null || (found.silhouette ?? -1) > (best.silhouette ?? -1)) best = found;
  }
  if (best === null) throw new Error(`${points.rows} rows can't form ${ks.join(" or ")} clusters`);
  return best;
}
