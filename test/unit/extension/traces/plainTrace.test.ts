// Which plain run may be laid beside a trace: one of the same request on the same model, whole. Files are real.
import assert from "node:assert/strict";
import { statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findPlainTrace } from "../../../../extension/traces/plainTrace.ts";
import { TraceSummaries, type TraceReading } from "../../../../extension/traces/traceSummaries.ts";
import { traceFileOf, type TraceFile } from "../../../../extension/traces/traces.ts";
import { serialiseTrace, TRACE_ENDINGS, type Trace, type TraceForm } from "../../../../core/trace/index.ts";
import { writeTraceFile } from "../../../../server/files/traces/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

/** A whole run of the same request with and without drafts; seed 1 has drafted tokens. */
const drafted: Trace = { ...randomTrace(1), request: { ...randomTrace(1).request, strategy: "laser" } };
const plain: Trace = { ...drafted, request: { ...drafted.request, strategy: "plain" } };
const { request, model, device, result } = plain;
/** A plain run of another prompt. */
const other: Trace = { ...plain, request: { ...request, promptTokens: [1, 1] } };

table(
  "a plain run beside a trace",
  [
    { name: "none is kept", others: {}, found: null },
    { name: "one of the same request", others: { "a-plain": plain }, found: "a-plain" },
    { name: "a run with drafts under its name", others: { "a-plain": drafted }, found: null },
    { name: "one that was renamed", others: { "my run": plain }, found: "my run" },
    {
      name: "another prompt",
      others: {
        "a-plain": { ...plain, request: { ...request, promptTokens: [...request.promptTokens, 1] } },
      },
      found: null,
    },
    {
      name: "another temperature",
      others: {
        "a-plain": {
          ...plain,
          request: { ...request, sampling: { ...request.sampling, temperature: 0.123 } },
        },
      },
      found: null,
    },
    {
      name: "another model",
      others: { "a-plain": { ...plain, model: { ...model, file: "other.gguf" } } },
      found: null,
    },
    {
      name: "another kind of device",
      others: {
        "a-plain": { ...plain, device: { ...device, backend: device.backend === "cpu" ? "cuda" : "cpu" } },
      },
      found: null,
    },
    {
      name: "one that was stopped, and an older whole one",
      others: { "a-plain": plain, "b-plain": { ...plain, result: { ...result, finish: "stopped" } } },
      found: "a-plain",
    },
    { name: "two: the newer one", others: { "a-plain": plain, "b-plain": plain }, found: "b-plain" },
    { name: "two, the newer one renamed", others: { "a-plain": plain, "my run": plain }, found: "my run" },
  ] satisfies { name: string; others: Record<string, Trace>; found: string | null }[],
  async ({ others, found }, context) => {
    const folder = temporaryFolder(context);
    const file = path.join(folder, "own-laser.lasertrace");
    writeFileSync(file, serialiseTrace(drafted));
    Object.entries(others).forEach(([name, trace], i) => {
      const other = path.join(folder, `${name}.lasertrace`);
      writeFileSync(other, serialiseTrace(trace));
      utimesSync(other, i + 1, i + 1);
    });
    const at = await findPlainTrace(folder, file, new TraceSummaries());
    assert.equal(at && path.basename(at, ".lasertrace"), found);
  },
);

/** Counts the files that it has to read. */
class CountedSummaries extends TraceSummaries {
  reads = 0;

  override readFile(file: TraceFile): Promise<TraceReading> {
    if (this.known(file) === null) this.reads++;
    return super.readFile(file);
  }
}

table(
  "among very many traces",
  [
    { name: "none fits: the search ends", names: numbered("run"), fits: [], found: null, reads: 1 + 24 },
    { name: "none named so fits", names: numbered("run", "-plain"), fits: [], found: null, reads: 1 + 8 },
    {
      name: "one named so is far back",
      names: [...numbered("run"), "a-plain"],
      fits: ["a-plain"],
      found: "a-plain",
      reads: 1 + 24 + 1,
    },
    {
      name: "a renamed one is too far back",
      names: [...numbered("run"), "mine"],
      fits: ["mine"],
      found: null,
      reads: 1 + 24,
    },
    {
      name: "a renamed one is near",
      names: ["mine", ...numbered("run")],
      fits: ["mine"],
      found: "mine",
      reads: 1 + 1,
    },
  ],
  async ({ names, fits, found, reads }, context) => {
    const folder = temporaryFolder(context);
    const file = path.join(folder, "own-laser.lasertrace");
    writeFileSync(file, serialiseTrace(drafted));
    const listed: TraceFile[] = [];
    for (const [i, name] of names.entries()) {
      const at = path.join(folder, `${name}.lasertrace`);
      writeFileSync(at, serialiseTrace((fits as readonly string[]).includes(name) ? plain : other));
      utimesSync(at, 1000 - i, 1000 - i);
      listed.push(traceFileOf(at, 1000 * (1000 - i), statSync(at).size));
    }
    const summaries = new CountedSummaries();
    const search = async (): Promise<string | null> => {
      const at = await findPlainTrace(folder, file, summaries);
      return at && path.basename(at, ".lasertrace");
    };
    assert.equal(await search(), found);
    assert.equal(summaries.reads, reads);
    // What is known costs nothing, so all of it is looked through.
    for (const known of listed) await summaries.readFile(known);
    summaries.reads = 0;
    assert.equal(await search(), fits[0] ?? null);
    assert.equal(summaries.reads, 0);
  },
);

/** Names of forty traces. */
function numbered(name: string, ending = ""): string[] {
  return Array.from({ length: 40 }, (_, i) => `${name} ${i}${ending}`);
}

const FORMS = Object.keys(TRACE_ENDINGS) as readonly TraceForm[];

table(
  "a plain run in either form is found, among files that are neither",
  FORMS.flatMap((run) => FORMS.map((beside) => ({ name: `${beside} beside ${run}`, run, beside }))),
  async ({ run, beside }, context) => {
    const folder = temporaryFolder(context);
    const [file, found] = [`a${TRACE_ENDINGS[run]}`, `b-plain${TRACE_ENDINGS[beside]}`].map((name) =>
      path.join(folder, name),
    ) as [string, string];
    await writeTraceFile(file, drafted);
    for (const form of FORMS) await writeTraceFile(path.join(folder, `c-plain${TRACE_ENDINGS[form]}`), other);
    writeFileSync(path.join(folder, "d-plain.gz"), "");
    assert.equal(await findPlainTrace(folder, file, new TraceSummaries()), null);
    await writeTraceFile(found, plain);
    assert.equal(await findPlainTrace(folder, file, new TraceSummaries()), found);
    assert.equal(
      await findPlainTrace(folder, found, new TraceSummaries()),
      null,
      "a plain run has none beside it",
    );
  },
);
