// Dense matrices, row after row in one array, and the little algebra that the group methods need. What takes long for a whole
// catalogue is done in pieces.
import type { InPieces } from "../../../core/base/index.ts";

/** Rows, or elements of a sparse matrix, that are handled between two pieces. */
export const PIECE_ROWS = 4096;

/** A dense matrix. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Element (row, column) at row · columns + column. */
  readonly values: Float64Array;
}

/** A matrix of zeros. */
export function zeros(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float64Array(rows * columns) };
}

/** Σ of squared differences between a row of one matrix and a row of another. */
export function squaredDistance(a: Matrix, rowOfA: number, b: Matrix, rowOfB: number): number {
  const [fromA, fromB] = [rowOfA * a.columns, rowOfB * b.columns];
  let sum = 0;
  for (let i = 0; i < a.columns; i++) {
    const difference = a.values[fromA + i]! - b.values[fromB + i]!;
    sum += difference * difference;
  }
  return sum;
}

/** Scales every row to length 1; rows of zeros stay. Changes the matrix. */
export function normaliseRows({ rows, columns, values }: Matrix): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < columns; i++) sum += values[row * columns + i]! ** 2;
    if (sum === 0) continue;
    const scale = 1 / Math.sqrt(sum);
    for (let i = 0; i < columns; i++) values[row * columns + i]! *= scale;
  }
}

/**
 * Makes the columns orthonormal (modified Gram-Schmidt, twice, which is enough in floating point). Columns that depend on
 * those before them become zeros. Changes the matrix.
 */
export function* orthonormalising({ rows, columns, values }: Matrix): InPieces<void> {
  for (let column = 0; column < columns; column++) {
    yield;
    const before = norm(values, rows, columns, column);
    for (let pass = 0; pass < 2; pass++)
      for (let other = 0; other < column; other++) {
        let product = 0;
        for (let row = 0; row < rows; row++)
          product += values[row * columns + column]! * values[row * columns + other]!;
        for (let row = 0; row < rows; row++)
          values[row * columns + column]! -= product * values[row * columns + other]!;
      }
    const length = norm(values, rows, columns, column);
    const scale = length > before * 1e-10 ? 1 / length : 0;
    for (let row = 0; row < rows; row++) values[row * columns + column]! *= scale;
  }
}

function norm(values: Float64Array, rows: number, columns: number, column: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += values[row * columns + column]! ** 2;
  return Math.sqrt(sum);
}

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix, largest first, by cyclic Jacobi rotations (Golub and Van
 * Loan, Matrix Computations, 8.5).
 * @returns eigenvector i is column i of `vectors`
 */
export function symmetricEigen(matrix: Matrix): { readonly values: Float64Array; readonly vectors: Matrix } {
  const n = matrix.rows;
  const a = matrix.values.slice();
  const vectors = zeros(n, n);
  for (let i = 0; i < n; i++) vectors.values[i * n + i] = 1;
  const rotate = (target: Float64Array, i: number, j: number, c: number, s: number): void => {
    const [x, y] = [target[i]!, target[j]!];
    target[i] = c * x - s * y;
    target[j] = s * x + c * y;
  };
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let all = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        all += a[i * n + j]! ** 2;
        if (i !== j) off += a[i * n + j]! ** 2;
      }
    if (off <= all * 1e-24) break;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const element = a[p * n + q]!;
        if (element === 0) continue;
        const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * element);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) rotate(a, k * n + p, k * n + q, c, s);
        for (let k = 0; k < n; k++) rotate(a, p * n + k, q * n + k, c, s);
        for (let k = 0; k < n; k++) rotate(vectors.values, k * n + p, k * n + q, c, s);
      }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[j * n + j]! - a[i * n + i]!);
  const sorted = zeros(n, n);
  order.forEach((from, to) => {
    for (let k = 0; k < n; k++) sorted.values[k * n + to] = vectors.values[k * n + from]!;
  });
  return { values: Float64Array.from(order, (i) => a[i * n + i]!), vectors: sorted };
}
