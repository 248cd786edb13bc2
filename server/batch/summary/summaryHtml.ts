// The summary of a batch run as one HTML page without scripts: what was written, what failed, what it cost and what it
// gained, each figure with its definition.
import { createHash } from "node:crypto";
import { several } from "../../../core/base/index.ts";
import { escapeHtml, staticPageHtml } from "../../../core/inspect/index.ts";
import { STRATEGY_TRAITS } from "../../../core/laser/index.ts";
import type { BadRow } from "../../data/index.ts";
import type { RunIdentity } from "../identity.ts";
import type { EndReason, PlainSample, RunSession } from "../output/journal.ts";
import { leftOutWords, plainRatio, plainRowsOf, RATIO_DEFINITION, usedWords } from "../plainRatio.ts";
import type { RowCounts, RunTally } from "../tally.ts";
import { lineChart } from "./lineChart.ts";
import { SUMMARY_CSS } from "./summaryStyle.ts";

export interface RunSummary {
  readonly out: string;
  readonly generator: string;
  readonly identity: RunIdentity;
  readonly sessions: readonly RunSession[];
  readonly end: EndReason;
  /** Rows to write in all; null if not known. */
  readonly rows: number | null;
  readonly tally: RunTally;
  readonly samples: readonly PlainSample[];
  readonly plainEvery: number;
  readonly badRows: { readonly count: number; readonly listed: readonly BadRow[] };
  /** Answers in the pool at the end; null without one. */
  readonly poolAnswers: number | null;
}

const MAX_GROUPS = 50;
const MAX_SAMPLES = 20;
const MAX_POINTS = 60;
const NOT_MEASURED = "not measured";

export function summaryHtml(run: RunSummary): string {
  const { out, identity, tally } = run;
  const relaxes = !STRATEGY_TRAITS[identity.settings.strategy].strict;
  const body = [
    "<main>",
    `<h1>${escapeHtml(out)}</h1>`,
    `<p>${escapeHtml(run.generator)} · ${escapeHtml(identity.model.name)} · strategy ${identity.settings.strategy} · ${endWords(run)}</p>`,
    `<p class="note">This page contains texts of the run. Treat it as you would treat them.</p>`,
    relaxes
      ? `<p class="note">The answers are <strong>relaxed</strong> output: ${shareOf(tally.total.relaxed, tally.total.tokens)} of their tokens were kept although the model's own choice was different.</p>`
      : "",
    figures(run),
    charts(tally),
    ratioSection(run),
    groupSection(tally),
    failureSection(run),
    settingsSection(run),
    "</main>",
  ];
  return staticPageHtml({
    title: `${out} – LASER run`,
    style: SUMMARY_CSS,
    body: body.filter((part) => part !== "").join("\n"),
    hash: (text) => createHash("sha256").update(text).digest("base64"),
  });
}

function endWords({ end, sessions }: RunSummary): string {
  const words = {
    complete: "complete",
    stopped: "stopped before its end",
    tokens: "ended by its budget of tokens",
    minutes: "ended by its budget of minutes",
    failures: "ended by failures",
    error: "ended by an error",
  }[end];
  return sessions.length > 1 ? `${words}, in ${sessions.length} sessions` : words;
}

function figures({ tally, rows, poolAnswers, sessions }: RunSummary): string {
  const { total } = tally;
  const activeMs = tally.writtenMs;
  const last = sessions.at(-1);
  const facts: [string, string, string][] = [
    [
      "rows",
      `${total.answers + total.failures}${rows === null ? "" : ` of ${rows}`}`,
      "written, failed ones included",
    ],
    ["failed", String(total.failures), "rows without an answer"],
    ["tokens", String(total.tokens), "of answers, end-of-text tokens included"],
    ["prompt tokens", String(total.promptTokens), "of rows whose prompt was evaluated"],
    [
      "time",
      duration(activeMs),
      "from when the first row could begin to the last, plain samples included; pauses between sessions are left out",
    ],
    ["rate", perSecond(total.tokens, activeMs, "tokens/s"), "tokens ÷ time"],
    ["rows per second", perSecond(total.answers + total.failures, activeMs, "rows/s"), "rows ÷ time"],
    [
      "EDL",
      total.steps === 0
        ? NOT_MEASURED
        : `${(total.tokens / total.steps).toFixed(2)} (${total.tokens}/${total.steps})`,
      "tokens per step, steps without a draft included, reading prompts excluded",
    ],
    ["kept", shareOf(total.accepted + total.relaxed, total.drafted), "accepted and relaxed ÷ drafted tokens"],
    ["relaxed", shareOf(total.relaxed, total.tokens), "relaxed ÷ tokens of answers"],
    ["pool", poolAnswers === null ? "none" : several(poolAnswers, "answer"), "at the end"],
    ["at once", last === undefined ? NOT_MEASURED : several(last.parallel, "row"), "in the last session"],
    ["device", last?.device ?? NOT_MEASURED, ""],
  ];
  return table(
    "Figures",
    ["figure", "value", "definition"],
    facts.map((fact) => [...fact]),
  );
}

function charts(tally: RunTally): string {
  const { total } = tally;
  const activeMs = tally.writtenMs;
  const edl = tally.warmUp.points(MAX_POINTS);
  const rate = tally.rate.points(MAX_POINTS);
  const rowsDone = tally.warmUp.next;
  return [
    "<h2>Over the run</h2>",
    lineChart({
      title:
        "EDL by row, in the order written (tokens ÷ steps of the rows of each stretch; dashed: the whole run)",
      levels: edl.map(({ from, to, a, b }) => ({
        from,
        to: Math.min(to, rowsDone),
        value: b === 0 ? null : a / b,
      })),
      place: (at) => `row ${Math.round(at)}`,
      value: (value) => value.toFixed(1),
      overall: total.steps === 0 ? null : total.tokens / total.steps,
    }),
    lineChart({
      title:
        "Tokens per second over time (tokens of answers that ended in each stretch ÷ its length; dashed: the whole run)",
      levels: rate.map(({ from, to, a }) => {
        const end = Math.min(to, activeMs);
        return { from, to: end, value: end > from ? (1000 * a) / (end - from) : null };
      }),
      place: (at) => duration(at),
      value: (value) => value.toFixed(0),
      overall: activeMs > 0 ? (1000 * total.tokens) / activeMs : null,
    }),
  ].join("\n");
}

function ratioSection({ samples, sessions, plainEvery, identity, tally }: RunSummary): string {
  const rows = plainRowsOf(samples, tally.drawn);
  const leftOut = leftOutWords(rows);
  const { ratio, samples: count, sameTexts } = plainRatio(samples);
  const parallel = sessions.at(-1)?.parallel ?? 1;
  const words =
    ratio === null
      ? NOT_MEASURED
      : `${ratio.value.toFixed(2)}×${Number.isFinite(ratio.low) ? ` (95 % ${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})` : " (one row: no interval)"}`;
  const isStrict = STRATEGY_TRAITS[identity.settings.strategy].strict;
  const texts = samples
    .slice(0, MAX_SAMPLES)
    .map(
      (sample) =>
        `<details><summary>${escapeHtml(sample.id)}: ${sample.isSameText ? "same text" : "another text"}, plain ${msPerToken(sample.plain)}, here ${msPerToken(sample.drafted)}</summary><blockquote>${escapeHtml(sample.text)}</blockquote></details>`,
    );
  return [
    "<h2>Against plain decoding</h2>",
    parallel > 1 && count === 0
      ? `<p><strong>${words}</strong>: rows written at once share evaluations; laser bench --parallel measures both ways of decoding.</p>`
      : plainEvery === 0
        ? `<p><strong>${words}</strong>: no row was to be written both ways (--plain-every 0).</p>`
        : `<p><strong>${words}</strong> on ${usedWords(rows)} written both ways (about one in ${plainEvery})${leftOut === "" ? "" : `: ${leftOut}`}.</p>`,
    `<p>${escapeHtml(RATIO_DEFINITION)}</p>`,
    count === 0
      ? ""
      : `<p>${sameTexts} of ${samples.length} plain answers have the same text.${isStrict ? " Strict output is the model's own choice up to float rounding." : " Relaxed output may differ: the plain texts below are in no output file."}</p>`,
    ...texts,
    samples.length > MAX_SAMPLES ? `<p>… and ${samples.length - MAX_SAMPLES} more, in the journal.</p>` : "",
  ].join("\n");
}

function groupSection({ byGroup }: RunTally): string {
  if (byGroup.size === 0) return "";
  const sorted = [...byGroup].sort(([, a], [, b]) => b.answers + b.failures - (a.answers + a.failures));
  const cells = sorted
    .slice(0, MAX_GROUPS)
    .map(([group, counts]) => [group ?? "(no group)", ...countCells(counts)]);
  const rest = sorted.length > MAX_GROUPS ? `<p>… and ${sorted.length - MAX_GROUPS} more groups.</p>` : "";
  const head = [
    "group",
    "rows",
    "failed",
    "tokens",
    "EDL",
    "kept of drafted",
    "relaxed of tokens",
    "ms per token",
  ];
  return table("By group", head, cells) + rest;
}

function countCells(counts: RowCounts): string[] {
  return [
    String(counts.answers + counts.failures),
    String(counts.failures),
    String(counts.tokens),
    counts.steps === 0 ? NOT_MEASURED : (counts.tokens / counts.steps).toFixed(2),
    shareOf(counts.accepted + counts.relaxed, counts.drafted),
    shareOf(counts.relaxed, counts.tokens),
    msPerToken(counts),
  ];
}

function failureSection({ tally, badRows }: RunSummary): string {
  const { failures, total } = tally;
  const parts: string[] = [];
  if (failures.length > 0)
    parts.push(
      table(
        "Failed rows",
        ["row", "code", "reason"],
        failures.map(({ id, code, message }) => [id, code, message]),
      ),
    );
  if (total.failures > failures.length)
    parts.push(`<p>… and ${total.failures - failures.length} more, in the output.</p>`);
  if (badRows.count > 0)
    parts.push(
      table(
        "Lines of the data that are not rows",
        ["line", "reason"],
        badRows.listed.map(({ line, reason }) => [String(line), reason]),
      ),
    );
  if (badRows.count > badRows.listed.length)
    parts.push(`<p>… and ${badRows.count - badRows.listed.length} more.</p>`);
  return parts.join("\n");
}

function settingsSection({ identity }: RunSummary): string {
  const { settings, ...rest } = identity;
  const cells = [...leaves("", rest), ...leaves("", settings)].filter(([, value]) => value !== "");
  return table("Settings", ["setting", "value"], cells);
}

function leaves(name: string, value: unknown): string[][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [[name, value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(name === "" ? key : `${name}.${key}`, inner));
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (texts: readonly string[], tag: string): string =>
    texts.map((text) => `<${tag}${tag === "th" ? ' scope="col"' : ""}>${escapeHtml(text)}</${tag}>`).join("");
  return [
    `<h2>${escapeHtml(title)}</h2>`,
    `<table><thead><tr>${cells(head, "th")}</tr></thead><tbody>`,
    ...rows.map((row) => `<tr>${cells(row, "td")}</tr>`),
    "</tbody></table>",
  ].join("\n");
}

function shareOf(numerator: number, denominator: number): string {
  if (denominator === 0) return NOT_MEASURED;
  return `${((100 * numerator) / denominator).toFixed(1)} % (${numerator}/${denominator})`;
}

function msPerToken({ ms, tokens }: { readonly ms: number; readonly tokens: number }): string {
  return tokens === 0 ? NOT_MEASURED : `${(ms / tokens).toFixed(1)} ms/token`;
}

function perSecond(amount: number, ms: number, unit: string): string {
  return ms > 0 ? `${((1000 * amount) / ms).toFixed(2)} ${unit}` : NOT_MEASURED;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
