// What ends a batch run, and what becomes of rows that can't be answered.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import { BatchError, outputPaths, plainRowsOf, withOutput } from "../../../../server/batch/index.ts";
import { AppendFile } from "../../../../server/batch/output/appendFile.ts";
import { FilesError } from "../../../../server/files/index.ts";
import { SCRIPTED_COSTS } from "../../../../server/worker/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { dataRow, rowsOf, runIn, sourceOf, TEXTS, type TestRun } from "./batchRuns.ts";

const ROWS = Array.from({ length: 6 }, (_, place) => dataRow(place));

test("every row has its answer, group, tokens and figures", async (context) => {
  const folder = temporaryFolder(context);
  const { end, tally } = await runIn(folder);
  assert.equal(end, "complete");
  for (const [place, row] of rowsOf(folder).entries()) {
    const genre = ["comedy", "drama", "western"][place % 3]!;
    assert.deepEqual([row.id, row.group, row.text], [`item-${place}`, genre, TEXTS[genre]]);
    assert.equal(row.finish, "endOfText");
    assert.equal(row.tokenIds!.length, row.figures!.tokens);
    assert.equal(row.figures!.ownTokens, row.figures!.tokens, "nothing of a strict answer is relaxed");
  }
  assert.equal(
    tally.total.tokens,
    rowsOf(folder).reduce((sum, { figures }) => sum + figures!.tokens, 0),
  );
  assert.equal(tally.byGroup.get("drama")?.answers, 2);
});

table(
  "a row that can't be answered fails with a reason, and the others continue",
  [
    { name: "a missing value", row: dataRow(9, { values: { title: "T" } }), code: "variableMissing" },
    {
      name: "a prompt beyond the context",
      row: dataRow(9, { values: { title: "x ".repeat(5000), genre: "drama" } }),
      code: "contextTooSmall",
    },
  ],
  async ({ row, code }, context) => {
    const folder = temporaryFolder(context);
    const source = sourceOf([ROWS[0]!, row, ROWS[1]!]);
    const { end, tally } = await runIn(folder, { source });
    assert.equal(end, "complete");
    const [first, failed, last] = rowsOf(folder);
    assert.deepEqual([first!.error, last!.error], [null, null]);
    assert.equal(failed!.error?.code, code);
    assert.deepEqual([failed!.text, failed!.tokenIds, failed!.figures], [null, null, null]);
    assert.equal(tally.failures[0]?.id, row.id);
  },
);

test("the first of two rows of one id is written, and the other reported", async (context) => {
  const folder = temporaryFolder(context);
  const { badRows } = await runIn(folder, { source: sourceOf([ROWS[0]!, ROWS[1]!, ROWS[0]!]) });
  assert.equal(rowsOf(folder).length, 2);
  assert.equal(badRows.count, 1);
  assert.match(badRows.listed[0]!.reason, /"item-0" is that of an earlier row/);
});

const NO_BUDGETS = { maxTokens: null, maxMinutes: null, maxFailures: null };

table(
  "a run ends cleanly",
  [
    { name: "at its limit of rows", run: { limit: 2 }, end: "complete", rows: 2 },
    { name: "at its tokens", run: { budgets: { ...NO_BUDGETS, maxTokens: 20 } }, end: "tokens", rows: 2 },
    { name: "at its minutes", run: { budgets: { ...NO_BUDGETS, maxMinutes: 0 } }, end: "minutes", rows: 0 },
    { name: "when asked to", run: { stop: AbortSignal.abort() }, end: "stopped", rows: 0 },
  ] satisfies { name: string; run: TestRun; end: string; rows: number }[],
  async ({ run, end, rows }, context) => {
    const folder = temporaryFolder(context);
    assert.equal((await runIn(folder, run)).end, end);
    assert.equal(rowsOf(folder).length, rows);
    await runIn(folder, { mode: "resume" });
    assert.equal(rowsOf(folder).length, ROWS.length, "the rest follows");
  },
);

test("asked to stop, answers in progress are finished; asked again, they are dropped", async (context) => {
  // The western is short: a longer answer is in progress when it has ended.
  const source = sourceOf([2, 0, 1, 3].map((place) => dataRow(place)));
  const run: TestRun = { source, parallel: 2, settings: { strategy: "plain" } };
  for (const dropped of [false, true]) {
    const folder = temporaryFolder(context);
    const [stop, drop] = [new AbortController(), new AbortController()];
    const { end } = await runIn(folder, {
      ...run,
      stop: stop.signal,
      drop: drop.signal,
      check: () => {
        stop.abort();
        if (dropped) drop.abort();
        return null;
      },
    });
    assert.equal(end, "stopped");
    assert.equal(rowsOf(folder).length, dropped ? 1 : 2);
    await runIn(folder, { ...run, mode: "resume" });
    assert.deepEqual(
      rowsOf(folder)
        .map(({ id }) => id)
        .sort(),
      ["item-0", "item-1", "item-2", "item-3"],
    );
  }
});

test("too many failed rows end the run, with the rows kept", async (context) => {
  const folder = temporaryFolder(context);
  const bad = [7, 8, 9].map((place) => dataRow(place, { values: {} }));
  const budgets = { ...NO_BUDGETS, maxFailures: 1 };
  const { end, fault } = await runIn(folder, { source: sourceOf([ROWS[0]!, ...bad, ROWS[1]!]), budgets });
  assert.equal(end, "failures");
  assert.deepEqual(fault?.fault, {
    tag: "tooManyFailures",
    path: path.join(folder, "out.jsonl"),
    failures: 2,
  });
  assert.equal(rowsOf(folder).length, 3);
});

test("an engine that fails in row after row ends the run", async (context) => {
  const folder = temporaryFolder(context);
  const { fault } = await runIn(folder, { engine: { crashAt: 1 }, parallel: 6 });
  assert.equal(fault?.fault.tag, "engineKeepsFailing");
  assert.ok(rowsOf(folder).every(({ error }) => error?.code === "engineFailed"));
});

table(
  "an answer that fails its check",
  [
    { name: "is tried again with other draws", temperature: 1, retries: 2, attempts: 3 },
    {
      name: "is not tried again at temperature 0, where the same would come",
      temperature: 0,
      retries: 2,
      attempts: 1,
    },
    { name: "is not tried again unasked", temperature: 1, retries: 0, attempts: 1 },
  ],
  async ({ temperature, retries, attempts }, context) => {
    const folder = temporaryFolder(context);
    const checked: string[] = [];
    await runIn(folder, {
      source: sourceOf([ROWS[0]!]),
      settings: { sampling: { ...DEFAULT_SETTINGS.sampling, temperature } },
      retries,
      check: (text) => {
        checked.push(text);
        return "it is not what was wanted";
      },
    });
    const [row] = rowsOf(folder);
    assert.deepEqual([checked.length, row!.attempts], [attempts, attempts]);
    assert.deepEqual(row!.error, { code: "answerRefused", message: "it is not what was wanted" });
    assert.equal(row!.text, checked.at(-1));
    assert.equal(row!.seed === null, temperature === 0);
  },
);

test("an answer that was cut before it was whole says so", async (context) => {
  const folder = temporaryFolder(context);
  await runIn(folder, {
    source: sourceOf([ROWS[0]!]),
    settings: { maxTokens: 4 },
    check: () => "it is not JSON",
  });
  assert.equal(
    rowsOf(folder)[0]!.error?.message,
    "it is not JSON; it ended at 4 tokens, the most that --max-tokens allows",
  );
});

test("a plain sample is measured beside its answer, and its text stays out of the output", async (context) => {
  const folder = temporaryFolder(context);
  const { samples } = await runIn(folder, { plainEvery: 1, settings: { strategy: "laser" } });
  assert.deepEqual(
    samples.map(({ id }) => id).sort(),
    ROWS.map(({ id }) => id),
  );
  assert.deepEqual([...new Set(samples.map(({ wasFirst }) => wasFirst))].length, 2, "both orders occur");
  assert.ok(rowsOf(folder).every(({ strategy }) => strategy === "laser"));
  const journal = readFileSync(path.join(folder, "out.jsonl.journal"), "utf8");
  assert.equal(journal.match(/"kind":"plain"/g)?.length, ROWS.length);
});

test("rows that can't be compared with a plain answer are counted by why, also when a run is resumed", async (context) => {
  const folder = temporaryFolder(context);
  const seen: unknown[] = [];
  const run: TestRun = {
    plainEvery: 1,
    // Two rows of six are about a western.
    check: (text) => (text.includes("western") ? "it is a western" : null),
    onProgress: ({ plainRows }) => seen.push(plainRows),
  };
  const { samples, tally } = await runIn(folder, { ...run, limit: 5 });
  const all = { used: 0, failed: 1, withoutPlain: 4 };
  // The clock of a scripted run stands still, so that no answer has a time.
  assert.deepEqual([samples.length, plainRowsOf(samples, tally.drawn)], [4, all]);
  assert.deepEqual([seen[0], seen.at(-1)], [{ used: 0, failed: 0, withoutPlain: 0 }, all]);
  const resumed = await runIn(folder, { ...run, mode: "resume" });
  assert.deepEqual(plainRowsOf(resumed.samples, resumed.tally.drawn), { ...all, failed: 2 });
  const timed = samples.map((sample, place) => ({
    ...sample,
    drafted: { tokens: 5, ms: place === 0 ? 0 : 5 },
  }));
  assert.deepEqual(plainRowsOf(timed, tally.drawn), { used: 3, failed: 1, withoutPlain: 1 });
  assert.deepEqual(plainRowsOf(timed.slice(1, 3), tally.drawn), { used: 2, failed: 1, withoutPlain: 2 });
  // Rows that an earlier session drew, and this one would not.
  const none = { plainEvery: 0, answers: 0, failures: 0 };
  assert.deepEqual(plainRowsOf(timed, none), { used: 3, failed: 0, withoutPlain: 1 });
});

test("a second run on the same output is refused", async (context) => {
  const paths = outputPaths(path.join(temporaryFolder(context), "out.jsonl"));
  await withOutput(paths, async () => {
    await assert.rejects(
      withOutput(paths, () => Promise.resolve()),
      (error) => {
        assert.ok(error instanceof BatchError && error.fault.tag === "outputBusy");
        assert.equal(error.fault.pid, process.pid);
        return true;
      },
    );
  });
  assert.equal(existsSync(paths.lock), false);
});

test.skipIf(!existsSync("/dev/full"))("a full disk is reported as one", async () => {
  const file = await AppendFile.open("/dev/full", 0);
  await assert.rejects(file.append("{}\n"), (error) => {
    assert.ok(error instanceof FilesError);
    assert.equal(error.fault.tag, "noSpace");
    return true;
  });
  await file.close().catch(() => undefined); // Nothing can be flushed to it.
});

test("costs learned from several rows at once are handed over once, at the end", async (context) => {
  const kept: number[] = [];
  const keepCosts = ({ points }: { readonly points: readonly object[] }): Promise<void> => {
    kept.push(points.length);
    return Promise.resolve();
  };
  await runIn(temporaryFolder(context), { parallel: 2, keepCosts });
  assert.deepEqual(kept, [SCRIPTED_COSTS.points.length]);
});
