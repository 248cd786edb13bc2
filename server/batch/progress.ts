// How far a run is, as shown while it runs.
import type { PlainSample } from "./output/journal.ts";
import { pointRatio } from "./plainRatio.ts";
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
  /** On how many rows; null if none is to be written both ways. */
  readonly plainSamples: number | null;
}

interface Standing {
  readonly tally: RunTally;
  readonly samples: readonly PlainSample[];
  /** Whether some rows are to be written plainly as well. */
  readonly samplesPlain: boolean;
  readonly rows: number | null;
  readonly writtenBefore: number;
  readonly tokensBefore: number;
  readonly sessionMs: number;
}

export function progressOf({
  tally: { total },
  samples,
  samplesPlain,
  rows,
  writtenBefore,
  tokensBefore,
  sessionMs,
}: Standing): RunProgress {
  const done = total.answers + total.failures;
  const perSecond = (amount: number): number | null =>
    amount > 0 && sessionMs > 0 ? (1000 * amount) / sessionMs : null;
  const rowsPerSecond = perSecond(done - writtenBefore);
  const { ratio, samples: count } = pointRatio(samples);
  return {
    done,
    failed: total.failures,
    rows,
    rowsPerSecond,
    tokensPerSecond: perSecond(total.tokens - tokensBefore),
    secondsLeft: rows === null || rowsPerSecond === null ? null : (rows - done) / rowsPerSecond,
    edl: total.steps === 0 ? null : total.tokens / total.steps,
    plainRatio: ratio,
    plainSamples: samplesPlain || count > 0 ? count : null,
  };
}
