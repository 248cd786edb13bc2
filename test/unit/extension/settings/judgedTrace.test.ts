// The trace that the what-if begins with: one with drafts, even if a plain run was measured after it. Files are real.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { traceToJudge } from "../../../../extension/settings/judgedTrace.ts";
import { TraceSummaries } from "../../../../extension/traces/traceSummaries.ts";
import { listTraces } from "../../../../extension/traces/traces.ts";
import { serialiseTrace } from "../../../../core/trace/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { plainTrace } from "../../../support/trace/plainTraces.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const DRAFTED = serialiseTrace(randomTrace(1));
const PLAIN = serialiseTrace(plainTrace(["a", "b"]));

table(
  "the trace to judge",
  [
    { name: "without traces", oldestFirst: [], judged: null },
    { name: "after a plain run", oldestFirst: [DRAFTED, PLAIN], judged: 0 },
    { name: "the newest with drafts", oldestFirst: [DRAFTED, DRAFTED, PLAIN, "no trace"], judged: 1 },
    { name: "plain runs alone", oldestFirst: [PLAIN, PLAIN], judged: 1 },
    { name: "nothing that can be read", oldestFirst: ["no trace"], judged: null },
  ],
  async ({ oldestFirst, judged }, context) => {
    const folder = temporaryFolder(context);
    const files = oldestFirst.map((text, hour) => {
      const file = path.join(folder, `2026-01-01T0${hour}-00-00-000Z-a.lasertrace`);
      writeFileSync(file, text);
      return file;
    });
    const found = await traceToJudge(await listTraces(folder), new TraceSummaries());
    assert.equal(found, judged === null ? null : files[judged]);
  },
);
