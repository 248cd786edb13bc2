// What a batch run leaves besides its rows: the closing lines.
import { basename } from "node:path";
import { several } from "../../../core/base/index.ts";
import {
  leftOutWords,
  plainRatio,
  plainRowsOf,
  summaryHtml,
  usedWords,
  writeParquet,
  type BatchResult,
  type EndReason,
  type OutputPaths,
  type PlainRows,
  type RunIdentity,
} from "../../batch/index.ts";
import { PRIVATE_MODE, writeFileAtomic } from "../../files/index.ts";
import type { GrowingPool } from "../../worker/index.ts";
import { decimals, keptOf, NOT_MEASURED, shareOf } from "../terminal/figures.ts";
import { complain, print, printJson } from "../terminal/output.ts";
import { GENERATOR } from "../version.ts";
import { durationOf } from "./runProgress.ts";
import { plainEveryOf, type RunFlags } from "./runOptions.ts";

export interface FinishedRun {
  readonly flags: RunFlags;
  readonly paths: OutputPaths;
  readonly identity: RunIdentity;
  readonly pool: GrowingPool | null;
}

const ENDS: Readonly<Record<EndReason, string>> = {
  complete: "complete",
  stopped: "stopped; --resume continues",
  tokens: "ended by --max-tokens-total; --resume with a greater one continues",
  minutes: "ended by --max-minutes; --resume continues",
  failures: "ended because rows failed",
  error: "ended by an error; --resume continues",
};

/** Writes summary and, for Parquet, the output itself, then prints the closing lines. @throws FilesError */
export async function finishRun(result: BatchResult, run: FinishedRun): Promise<void> {
  await writeSummary(result, run);
  const { out, rows } = run.paths;
  if (rows !== out) await writeParquet(rows, out, new AbortController().signal);
  if (run.flags.progress === "json")
    printJson({
      kind: "end",
      reason: result.end,
      out: run.paths.out,
      rows: result.rows,
      notUsable: result.badRows.count,
      ...result.tally.total,
    });
  else print(closingLines(result, run).join("\n"));
  const { failures, total } = result.tally;
  for (const { id, message } of failures.slice(0, 3)) complain(`failed: ${id}: ${message}`);
  if (total.failures > 3)
    complain(`… and ${total.failures - 3} more; each has its reason in ${run.paths.rows}`);
  for (const { line, reason } of result.badRows.listed.slice(0, 3))
    complain(`not used: line ${line} of ${run.flags.data}: ${reason}`);
  if (result.badRows.count > 3) complain(`… and ${result.badRows.count - 3} more lines that are not used`);
}

async function writeSummary(
  result: BatchResult,
  { paths, identity, pool, flags }: FinishedRun,
): Promise<void> {
  const page = summaryHtml({
    out: basename(paths.out),
    generator: GENERATOR,
    identity,
    sessions: result.sessions,
    end: result.end,
    rows: result.rows,
    tally: result.tally,
    samples: result.samples,
    plainEvery: plainEveryOf(flags),
    badRows: result.badRows,
    poolAnswers: pool?.size ?? null,
  });
  await writeFileAtomic(paths.summary, page, { mode: PRIVATE_MODE });
}

/** Why no row could be compared. */
export function whyNotMeasured(
  flags: Pick<RunFlags, "parallel" | "plainEvery">,
  { settings }: Pick<RunIdentity, "settings">,
  rows: PlainRows,
): string {
  const leftOut = leftOutWords(rows);
  if (leftOut !== "") return `rows to be written both ways: ${leftOut}`;
  if (settings.strategy === "plain") return "this is plain decoding";
  if (flags.parallel > 1) return "of rows written at once, laser bench --parallel measures it";
  if (flags.plainEvery === 0) return "--plain-every 0";
  return `about one row in ${flags.plainEvery} is written both ways, and none of these was; --plain-every N changes it`;
}

function closingLines(
  { tally, end, rows, samples, badRows }: BatchResult,
  { paths, flags, identity }: FinishedRun,
): string[] {
  const { total } = tally;
  const written = total.answers + total.failures;
  const activeMs = tally.writtenMs;
  const { ratio } = plainRatio(samples);
  const bothWays = plainRowsOf(samples, tally.drawn);
  const leftOut = leftOutWords(bothWays);
  const interval =
    ratio !== null && Number.isFinite(ratio.low)
      ? `, 95 % ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}`
      : "";
  return [
    `${rows === null ? several(written, "row") : `${written} of ${several(rows, "row")}`}, ${total.failures} failed${badRows.count === 0 ? "" : `, ${badRows.count} not usable`}: ${ENDS[end]}`,
    [
      `${several(total.tokens, "token")} in ${durationOf(activeMs / 1000)}`,
      `${decimals(activeMs > 0 ? (1000 * total.tokens) / activeMs : null, 1)} tokens/s`,
      `EDL ${total.steps === 0 ? NOT_MEASURED : `${(total.tokens / total.steps).toFixed(2)} (${total.tokens}/${total.steps})`}`,
      keptOf(total.accepted + total.relaxed, total.drafted),
      `relaxed ${shareOf(total.relaxed, total.tokens)}`,
    ].join(" · "),
    `against plain: ${ratio === null ? `${NOT_MEASURED} (${whyNotMeasured(flags, identity, bothWays)})` : `${ratio.value.toFixed(2)}× (${usedWords(bothWays)} written both ways${interval}${leftOut === "" ? "" : `; ${leftOut}`})`}`,
    `${paths.out}; summary: ${paths.summary}`,
  ];
}
