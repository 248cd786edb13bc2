// How far a run has got, as shown while it runs.
import type { PlainSample } from "./output/journal.ts";
import { plainRowsOf, pointRatio, type PlainRows } from "./plainRatio.ts";
import type { RunTally } from "./tally.ts";

export interface RunProgress {
  /** Rows written, failed ones and those of earlier sessions included. */
  readonly done: number;
  readonly failed: number;
  /** Null if not known. */
  readonly rows: number | null;
  /** Of this session, from when its first row could begin; null at its beginning. */
  readonly rowsPerSecond: number | null;
  readonly tokensPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** Of all answers of the run. */
  readonly edl: number | null;
  /** How many times as long plain decoding takes: see RATIO_DEFINITION. Null without a sample. */
  readonly plainRatio: number | null;
  /** The rows to be written both ways, by what became of them; null if none is to be. */
  readonly plainRows: PlainRows | null;
}

interface Standing {
  readonly tally: RunTally;
  readonly samples: readonly PlainSample[];
  readonly rows: number | null;
  readonly writtenBefore: number;
  readonly tokensBefore: number;
  readonly sessionMs: number;
}

export function progressOf({
  tally: { total, drawn },
  samples,
  rows,
  writtenBefore,
  tokensBefore,
  sessionMs,
}: Standing): RunProgress {
  const done = total.answers + total.failures;
  const perSecond = (amount: number): number | null =>
    amount > 0 && sessionMs > 0 ? (1000 * amount) / sessionMs : null;
  const rowsPerSecond = perSecond(done - writtenBefore);
  return {
    done,
    failed: total.failures,
    rows,
    rowsPerSecond,
    tokensPerSecond: perSecond(total.tokens - tokensBefore),
    secondsLeft: rows === null || rowsPerSecond === null ? null : (rows - done) / rowsPerSecond,
    edl: total.steps === 0 ? null : total.tokens / total.steps,
    plainRatio: pointRatio(samples),
    plainRows: drawn.plainEvery > 0 || samples.length > 0 ? plainRowsOf(samples, drawn) : null,
  };
}
