// User and item vectors from interactions: truncated SVD of the degree-normalised matrix, as a stand-in for a trained
// recommender (LightGCN smooths over the same matrix). Sparse: 10^6 interactions are three arrays.
import type { InPieces } from "../../../core/base/index.ts";
import { normaliseRows, orthonormalising, PIECE_ROWS, symmetricEigen, zeros, type Matrix } from "./matrix.ts";
import { SeededNumbers } from "./random.ts";

/** What a user did with an item, such as a rating. */
export interface Interaction {
  readonly user: string;
  readonly item: string;
  /** Above 0; larger means stronger. */
  readonly weight: number;
}

/** Interactions by number: element i says that users[i] met items[i]. */
export interface InteractionTable {
  readonly userKeys: readonly string[];
  readonly itemKeys: readonly string[];
  /** Interactions of each user and item. */
  readonly userCounts: Int32Array;
  readonly itemCounts: Int32Array;
  readonly users: Int32Array;
  readonly items: Int32Array;
  readonly weights: Float64Array;
}

/** Reads all interactions: the one place where a data set's reader plugs in. */
export async function tableOf(
  interactions: AsyncIterable<Interaction> | Iterable<Interaction>,
): Promise<InteractionTable> {
  const users = new Numbering();
  const items = new Numbering();
  const weights: number[] = [];
  for await (const { user, item, weight } of interactions) {
    users.add(user);
    items.add(item);
    weights.push(weight);
  }
  return {
    userKeys: users.keys,
    itemKeys: items.keys,
    userCounts: users.counts(),
    itemCounts: items.counts(),
    users: Int32Array.from(users.numbers),
    items: Int32Array.from(items.numbers),
    weights: Float64Array.from(weights),
  };
}

/** Keys by number, in the order in which they first appear. */
class Numbering {
  readonly keys: string[] = [];
  readonly numbers: number[] = [];
  private readonly byKey = new Map<string, number>();

  add(key: string): void {
    let number = this.byKey.get(key);
    if (number === undefined) {
      number = this.keys.length;
      this.byKey.set(key, number);
      this.keys.push(key);
    }
    this.numbers.push(number);
  }

  counts(): Int32Array {
    const counts = new Int32Array(this.keys.length);
    for (const number of this.numbers) counts[number]!++;
    return counts;
  }
}

/** `dimensions`: length of the vectors. */
export interface SvdOptions {
  readonly dimensions: number;
  readonly seed: number;
  /** Rounds of A·Aᵀ over the random start; 4 by default. */
  readonly rounds?: number;
  /** Called with how much is done, 0 … 1. */
  readonly onShare?: (share: number) => void;
}

/** Columns beyond those wanted, which make the wanted ones exact (Halko, Martinsson and Tropp 2011). */
const OVERSAMPLING = 8;

/**
 * The left singular vectors of A(u, i) = weight / √(degree(u) · degree(i)), scaled by their singular values:
 * one row per user, of length 1. Randomised subspace iteration; the same seed gives the same vectors. The
 * first singular vector only says how active a user is, and is left out.
 */
export function* userVectors(
  table: InteractionTable,
  { dimensions, seed, rounds = 4, onShare = () => undefined }: SvdOptions,
): InPieces<Matrix> {
  const { users, items } = table;
  const [m, n] = [table.userKeys.length, table.itemKeys.length];
  const columns = Math.min(dimensions + 1 + OVERSAMPLING, m, n);
  const weights = degreeNormalised(table);
  const random = new SeededNumbers(seed);
  const start = zeros(n, columns);
  for (let i = 0; i < start.values.length; i++) start.values[i] = random.normal();
  let basis = yield* multiplying(users, items, weights, start, m);
  yield* orthonormalising(basis);
  for (let round = 0; round < rounds; round++) {
    onShare((round + 0.5) / (rounds + 1));
    const across = yield* multiplying(items, users, weights, basis, n);
    yield* orthonormalising(across);
    basis = yield* multiplying(users, items, weights, across, m);
    yield* orthonormalising(basis);
  }
  onShare((rounds + 0.5) / (rounds + 1));
  // B = QᵀA is small one way: the eigenvectors of B·Bᵀ turn Q into the singular vectors.
  const projected = yield* multiplying(items, users, weights, basis, n);
  const { values, vectors } = symmetricEigen(yield* gramOf(projected));
  const kept = Math.max(1, Math.min(dimensions, columns - 1));
  const first = columns > 1 ? 1 : 0;
  const result = zeros(m, kept);
  for (let row = 0; row < m; row++) {
    if (row % PIECE_ROWS === 0) yield;
    for (let to = 0; to < kept; to++) {
      let sum = 0;
      for (let k = 0; k < columns; k++)
        sum += basis.values[row * columns + k]! * vectors.values[k * columns + to + first]!;
      result.values[row * kept + to] = sum * Math.sqrt(Math.max(0, values[to + first]!));
    }
  }
  normaliseRows(result);
  return result;
}

/** The same interactions with users and items exchanged; it shares the arrays. */
export function transposed(table: InteractionTable): InteractionTable {
  return {
    userKeys: table.itemKeys,
    itemKeys: table.userKeys,
    userCounts: table.itemCounts,
    itemCounts: table.userCounts,
    users: table.items,
    items: table.users,
    weights: table.weights,
  };
}

function degreeNormalised({ users, items, weights, userKeys, itemKeys }: InteractionTable): Float64Array {
  const ofUser = new Float64Array(userKeys.length);
  const ofItem = new Float64Array(itemKeys.length);
  for (let i = 0; i < weights.length; i++) {
    ofUser[users[i]!]! += weights[i]!;
    ofItem[items[i]!]! += weights[i]!;
  }
  return weights.map((weight, i) => weight / Math.sqrt(ofUser[users[i]!]! * ofItem[items[i]!]!));
}

/** Sparse times dense: result row to[i] += weights[i] · dense row from[i]. */
function* multiplying(
  to: Int32Array,
  from: Int32Array,
  weights: Float64Array,
  { columns, values }: Matrix,
  rows: number,
): InPieces<Matrix> {
  const result = zeros(rows, columns);
  for (let i = 0; i < weights.length; i++) {
    if (i % PIECE_ROWS === 0) yield;
    const [target, source, weight] = [to[i]! * columns, from[i]! * columns, weights[i]!];
    for (let k = 0; k < columns; k++) result.values[target + k]! += weight * values[source + k]!;
  }
  return result;
}

/** Xᵀ·X. */
function* gramOf({ rows, columns, values }: Matrix): InPieces<Matrix> {
  const result = zeros(columns, columns);
  for (let row = 0; row < rows; row++) {
    if (row % PIECE_ROWS === 0) yield;
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++)
        result.values[i * columns + j]! += values[row * columns + i]! * values[row * columns + j]!;
  }
  return result;
}
