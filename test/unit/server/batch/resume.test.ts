// A run that was interrupted anywhere writes what it would have written without: nothing lost, nothing twice.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { test, type TestContext } from "vitest";
import { BatchError } from "../../../../server/batch/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { below, forAllAsync } from "../../../support/property.ts";
import { answersOf, dataRow, outputOf, rowsOf, runIn, sourceOf, type TestRun } from "./batchRuns.ts";

const ROWS = Array.from({ length: 8 }, (_, place) => dataRow(place));
const WITH_BAD_ROW = [...ROWS.slice(0, 3), dataRow(99, { values: { title: "No genre" } }), ...ROWS.slice(3)];

/** A whole run, and a copy of its folder whose files are cut there. */
async function cutRun(context: TestContext, run: TestRun = {}) {
  const whole = temporaryFolder(context);
  const { source = sourceOf(WITH_BAD_ROW) } = run;
  await runIn(whole, { ...run, source });
  const copies = temporaryFolder(context);
  let count = 0;
  return {
    whole,
    cutAt: (rowBytes: number, journalBytes = Infinity): string => {
      const folder = path.join(copies, String(count++));
      mkdirSync(folder);
      cpSync(whole, folder, { recursive: true });
      truncateSync(path.join(folder, "out.jsonl"), rowBytes);
      const journal = path.join(folder, "out.jsonl.journal");
      if (Number.isFinite(journalBytes)) truncateSync(journal, journalBytes);
      return folder;
    },
    resume: (folder: string, given: TestRun = {}) =>
      runIn(folder, { ...run, source, mode: "resume", ...given }),
  };
}

test("cut at any byte and resumed, a strict run has the same answers in the same order", async (context) => {
  const { whole, cutAt, resume } = await cutRun(context, { plainEvery: 2 });
  const bytes = Buffer.byteLength(outputOf(whole));
  const afterFirst = outputOf(whole).indexOf("\n") + 1;
  const cuts = fc.oneof(below(bytes + 1), fc.constantFrom(0, afterFirst - 1, afterFirst, bytes - 1, bytes));
  await forAllAsync(cuts, 16, async (at) => {
    const folder = cutAt(at);
    const result = await resume(folder);
    assert.equal(result.end, "complete");
    assert.equal(answersOf(folder), answersOf(whole));
    const firstLines = (text: string): string[] => text.split("\n").slice(0, result.before);
    assert.deepEqual(firstLines(outputOf(folder)), firstLines(outputOf(whole)), "what was written stays");
    assert.deepEqual(
      [...result.samples].map(({ id }) => id).sort(),
      [...new Set(result.samples.map(({ id }) => id))].sort(),
      "no sample counts twice",
    );
  });
});

test("a torn journal is cut like the rows", async (context) => {
  const { whole, cutAt, resume } = await cutRun(context, { plainEvery: 1 });
  const journal = readFileSync(path.join(whole, "out.jsonl.journal"));
  const firstEvent = journal.indexOf(10) + 1;
  for (const share of [0, 0.3, 0.6, 0.99]) {
    const folder = cutAt(0, firstEvent + Math.floor(share * (journal.length - firstEvent)));
    const { samples } = await resume(folder);
    assert.equal(answersOf(folder), answersOf(whole));
    assert.equal(samples.length, ROWS.length);
  }
});

test("with several rows at once, every row is written once, whatever the cut", async (context) => {
  const { whole, cutAt, resume } = await cutRun(context, { parallel: 3 });
  const bytes = Buffer.byteLength(outputOf(whole));
  const sorted = (folder: string) => answersOf(folder).split("\n").sort();
  await forAllAsync(below(bytes + 1), 4, async (at) => {
    const folder = cutAt(at);
    await resume(folder);
    assert.deepEqual(sorted(folder), sorted(whole));
  });
});

test("in order, rows are those of the data, also after a cut", async (context) => {
  const { whole, cutAt, resume } = await cutRun(context, { parallel: 3, ordered: true });
  const ids = WITH_BAD_ROW.map(({ id }) => id);
  assert.deepEqual(
    rowsOf(whole).map(({ id }) => id),
    ids,
  );
  const folder = cutAt(900);
  await resume(folder);
  assert.deepEqual(
    rowsOf(folder).map(({ id }) => id),
    ids,
  );
});

test("the pool is as before: a resumed run drafts from earlier answers", async (context) => {
  const { whole, cutAt, resume } = await cutRun(context);
  const half = outputOf(whole).split("\n").slice(0, 5).join("\n").length + 1;
  const folder = cutAt(half);
  await resume(folder);
  const [before, after] = [rowsOf(whole), rowsOf(folder)].map((rows) =>
    rows.slice(5).map(({ figures }) => figures!.accepted),
  );
  assert.ok(before!.every((accepted) => accepted > 0));
  assert.deepEqual(
    after!.map((accepted) => accepted > 0),
    before!.map(() => true),
  );
});

test("a pool with a budget holds the same answers after a resume: used ones stay, in this run and before", async (context) => {
  let at = Date.parse("2026-01-01");
  const entries: string[] = [];
  const run: TestRun = {
    // The last drama drafts from the first ones, which would be the first to go otherwise.
    source: sourceOf([1, 4, 0, 7].map((place) => dataRow(place))),
    engine: {
      answers: [
        { when: "comedy", text: "red blue green pink grey gold" },
        { text: "one two three four five six" },
      ],
    },
    poolBudget: 20,
    wallClock: () => new Date((at += 1000)),
    onPool: (pool) => {
      const { ids } = pool.index.arrays();
      entries.push(
        pool
          .stored()
          .entries.map(({ key }, slot) => `${ids[slot]} ${key}`)
          .join(", "),
      );
    },
  };
  const { whole, cutAt, resume } = await cutRun(context, run);
  assert.match(readFileSync(path.join(whole, "out.jsonl.journal"), "utf8"), /"kind":"used"/);
  const lines = outputOf(whole).split("\n");
  for (const kept of [1, 3, lines.length - 1])
    await resume(
      cutAt(
        Buffer.byteLength(
          lines
            .slice(0, kept)
            .map((line) => `${line}\n`)
            .join(""),
        ),
      ),
    );
  assert.equal(entries[0], "0 item-1, 1 item-4, 3 item-7");
  assert.deepEqual(new Set(entries), new Set([entries[0]]));
});

test("failed rows are kept, unless they are retried", async (context) => {
  const { whole, cutAt, resume } = await cutRun(context);
  const folder = cutAt(Buffer.byteLength(outputOf(whole)));
  assert.equal((await resume(folder)).tally.total.failures, 1);
  assert.equal(outputOf(folder), outputOf(whole), "nothing was left to write");
  const { tally } = await resume(folder, { retryFailed: true });
  assert.deepEqual([tally.total.answers, tally.total.failures], [8, 1]);
  assert.equal(rowsOf(folder).at(-1)?.error?.code, "variableMissing");
});

table(
  "another run's output is refused, and not changed",
  [
    {
      name: "model",
      identity: { model: { name: "other", fingerprint: "f" } },
      says: /model is of content f, and was scripted/,
    },
    { name: "prompt", identity: { prompt: { name: "p", fingerprint: "q" } }, says: /prompt is of content q/ },
    { name: "data", identity: { data: { name: "d", fingerprint: "e" } }, says: /data is of content e/ },
    { name: "settings", settings: { maxTokens: 81 }, says: /maxTokens is 81, and was 80/ },
    {
      name: "pool",
      identity: { pool: { name: "p", fingerprint: "g" } },
      says: /pool is of content g, and was none/,
    },
  ],
  async ({ says, ...given }, context) => {
    const { whole, cutAt, resume } = await cutRun(context);
    const folder = cutAt(500);
    const before = outputOf(folder);
    await assert.rejects(resume(folder, given), (error) => {
      assert.ok(error instanceof BatchError && error.fault.tag === "outputOfOtherRun");
      assert.match(error.text.message, says);
      return true;
    });
    assert.equal(outputOf(folder), before);
    assert.notEqual(outputOf(whole), before);
  },
);

test("a setting that an earlier version did not have is named, not called damage", async (context) => {
  const { cutAt, resume } = await cutRun(context);
  const folder = cutAt(500);
  const journal = path.join(folder, "out.jsonl.journal");
  writeFileSync(journal, readFileSync(journal, "utf8").replace('"draftShape":"auto",', ""));
  await assert.rejects(resume(folder), (error) => {
    assert.ok(error instanceof BatchError);
    assert.match(error.text.message, /draftShape is auto, and was none/);
    return true;
  });
});

test("a journal that was written with another output of the same command is refused, and all is left as it is", async (context) => {
  const { whole, cutAt, resume } = await cutRun(context);
  const { whole: other } = await cutRun(context, { source: sourceOf([...WITH_BAD_ROW, dataRow(50)]) });
  const journalIn = (folder: string) => path.join(folder, "out.jsonl.journal");
  const foreign = readFileSync(journalIn(other), "utf8");
  const withoutFirst = foreign.replace(/^\{"kind":"first".*\n/m, "");
  for (const journal of [foreign, withoutFirst]) {
    const folder = cutAt(Buffer.byteLength(outputOf(whole)));
    writeFileSync(journalIn(folder), journal);
    await assert.rejects(resume(folder), (error) => {
      assert.ok(error instanceof BatchError && error.fault.tag === "journalOfOtherRun");
      return true;
    });
    assert.deepEqual([readFileSync(journalIn(folder), "utf8"), outputOf(folder)], [journal, outputOf(whole)]);
  }
});

test("a resumed run has at least the rows that it wrote before, whatever its limit", async (context) => {
  const { whole, cutAt, resume } = await cutRun(context);
  const { rows, before } = await resume(cutAt(Buffer.byteLength(outputOf(whole))), { limit: 3 });
  assert.deepEqual([rows, before], [9, 9]);
});

table(
  "what is not the output of a run is refused",
  [
    { name: "rows without a journal", out: "{}\n", journal: null, tag: "outputNotARun" },
    { name: "a journal without a run", out: "", journal: "", tag: "outputNotARun" },
    {
      name: "a journal of something else",
      out: "",
      journal: '{"kind":"run","version":9}\n',
      tag: "outputDamaged",
    },
  ],
  async ({ out, journal, tag }, context) => {
    const folder = temporaryFolder(context);
    writeFileSync(path.join(folder, "out.jsonl"), out);
    if (journal !== null) writeFileSync(path.join(folder, "out.jsonl.journal"), journal);
    await assert.rejects(runIn(folder, { mode: "resume" }), (error) => {
      assert.equal(error instanceof BatchError && error.fault.tag, tag);
      return true;
    });
    assert.equal(outputOf(folder), out);
  },
);

test("a damaged line in the middle is named by its number", async (context) => {
  const { cutAt, resume } = await cutRun(context);
  const folder = cutAt(2000);
  const text = outputOf(folder).split("\n");
  writeFileSync(path.join(folder, "out.jsonl"), [text[0], "{}", ...text.slice(1)].join("\n"));
  await assert.rejects(resume(folder), (error) => {
    assert.ok(error instanceof BatchError && error.fault.tag === "outputDamaged");
    assert.equal(error.fault.line, 2);
    return true;
  });
});

test("a row that was copied into the output is named, not counted again", async (context) => {
  const { whole, resume } = await cutRun(context);
  const file = path.join(whole, "out.jsonl");
  const [first = "", ...rest] = outputOf(whole).split("\n");
  writeFileSync(file, [first, first, ...rest].join("\n"));
  const before = outputOf(whole);
  await assert.rejects(resume(whole), (error) => {
    assert.ok(error instanceof BatchError && error.fault.tag === "outputDamaged");
    assert.deepEqual([error.fault.line, error.fault.reason.includes("earlier row")], [2, true]);
    return true;
  });
  assert.equal(outputOf(whole), before);
});

test("an existing output is neither changed nor replaced unless asked", async (context) => {
  const { whole } = await cutRun(context);
  const before = outputOf(whole);
  await assert.rejects(runIn(whole), (error) => {
    assert.ok(error instanceof BatchError && error.fault.tag === "outputExists");
    assert.equal(error.fault.answers, 9);
    return true;
  });
  assert.equal(outputOf(whole), before);
  await runIn(whole, { mode: "overwrite" });
  assert.equal(rowsOf(whole).length, 6);
});
