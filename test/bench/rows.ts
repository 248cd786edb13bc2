// npm run bench:rows -- [--vocabularies 32000,49152,128256] [--k 128] [--seconds 2]
// What a row of logits costs: copying it to where it is scanned, only its largest logit, and the K largest with ln Σ exp
// over all, in WebAssembly and in plain JavaScript. Seeded rows (normal, sd 2.5, twenty high ones), all ways in turn on each
// row, one process.
// A row is read from among 64, as those of a batch are: not from the nearest cache. It is copied to its own place among as
// many, as every row of a run with a trace is, or to one that all share, as rows are that are judged and then forgotten.
// Without packages: npx esbuild test/bench/rows.ts --bundle --platform=node --format=esm --outfile=rows.mjs
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { compileScan, RowScanner } from "../../server/engine/rows/rowScanner.ts";
import { seededRandom } from "../support/random.ts";
import { spread } from "./spread.ts";

const ROWS = 64;

const { values } = parseArgs({
  options: {
    vocabularies: { type: "string", default: "32000,49152,128256" },
    k: { type: "string", default: "128" },
    seconds: { type: "string", default: "2" },
  },
});
const k = Number(values.k);

function normalRows(vocabulary: number): Float32Array[] {
  const random = seededRandom(1);
  return Array.from({ length: ROWS }, () => {
    const row = Float32Array.from({ length: vocabulary }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
      return 2.5 * radius * Math.cos(2 * Math.PI * random.next());
    });
    for (let i = 0; i < 20; i++) row[random.below(vocabulary)] = 12 + 10 * random.next();
    return row;
  });
}

/** The same in JavaScript: one pass that keeps the K largest in order, one that adds. */
function scanPlain(row: Float32Array, ids: Int32Array, logits: Float32Array): number {
  let kept = 0;
  for (let id = 0; id < row.length; id++) {
    const logit = row[id]!;
    if (kept === k && logit <= logits[k - 1]!) continue;
    let rank = kept < k ? kept++ : k - 1;
    for (; rank > 0 && logits[rank - 1]! < logit; rank--) {
      logits[rank] = logits[rank - 1]!;
      ids[rank] = ids[rank - 1]!;
    }
    logits[rank] = logit;
    ids[rank] = id;
  }
  const largest = logits[0]!;
  let sum = 0;
  for (let id = 0; id < row.length; id++) sum += Math.exp(row[id]! - largest);
  return largest + Math.log(sum);
}

const builds = (["relaxedSimd", "simd"] as const).flatMap((build) => {
  const module = compileScan(build);
  return module === null ? [] : [{ build, module }];
});
console.info(
  `${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}; K = ${k}; µs per row: median (10 % – 90 %)`,
);
for (const vocabulary of values.vocabularies.split(",").map(Number)) {
  const rows = normalRows(vocabulary);
  const scanners = builds.map(({ module }) => new RowScanner(vocabulary, ROWS + 1, k, module));
  const ids = new Int32Array(k);
  const logits = new Float32Array(k);
  const measured = new Map<string, number[]>();
  let isWarm = false;
  const timed = (name: string, run: () => void): void => {
    const start = performance.now();
    run();
    if (!isWarm) return;
    const list = measured.get(name) ?? [];
    measured.set(name, list);
    list.push((performance.now() - start) * 1000);
  };
  let furthest = 0;
  let found = 0;
  const start = performance.now();
  while (performance.now() - start < 1000 * Number(values.seconds)) {
    isWarm = performance.now() - start > 300 * Number(values.seconds);
    rows.forEach((row, i) => {
      let logSum = 0;
      timed("plain JavaScript", () => {
        logSum = scanPlain(row, ids, logits);
      });
      scanners.forEach((scanner, build) => {
        const { build: name } = builds[build]!;
        timed(`${name}: copy to its own place`, () => {
          // Another row, so that the one scanned is not in the nearest cache yet.
          const other = (i + ROWS / 2) % ROWS;
          scanner.row(other).set(rows[other]!);
        });
        timed(`${name}: copy to the shared place`, () => {
          scanner.row(ROWS).set(row);
        });
        timed(`${name}: largest`, () => {
          found = scanner.largest(ROWS);
        });
        if (found < 0) throw new Error("no largest logit");
        timed(`${name}: scan`, () => {
          furthest = Math.max(furthest, Math.abs(scanner.scan(ROWS, k, ids, logits, 0) - logSum));
        });
      });
    });
  }
  const figures = [...measured].map(([name, list]) => `${name} ${trimmed(list)}`).join(" · ");
  console.info(`${vocabulary}: ${figures} · ln Σ exp off by at most ${furthest.toExponential(1)}`);
}

function trimmed(list: number[]): string {
  list.sort((a, b) => a - b);
  return spread(list.slice(Math.floor(list.length / 10), Math.ceil(list.length * 0.9)), 1);
}
