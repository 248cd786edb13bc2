// Steps as CSV: the committed trace as a golden file, hostile texts, and that the figures are those of the run.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { CSV_COLUMNS, stepsCsv, TOKEN_CSV_COLUMNS, tokensCsv } from "../../../../core/inspect/index.ts";
import { parseTrace, traceMetrics, type Trace } from "../../../../core/trace/index.ts";
import { golden, repositoryFolder, table } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const fixture = parseTrace(
  readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), "utf8"),
);

/** Reads RFC 4180 by its grammar, so that writing is not checked by its own means. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [row, at]: [string[], number] = [[], 0];
  while (at < text.length) {
    const quoted = /"((?:[^"]|"")*)"/y;
    const bare = /[^",\r\n]*/y;
    quoted.lastIndex = bare.lastIndex = at;
    const inQuotes = quoted.exec(text);
    const cell = inQuotes?.[1]?.replaceAll('""', '"') ?? bare.exec(text)![0];
    at = inQuotes === null ? bare.lastIndex : quoted.lastIndex;
    row.push(cell);
    if (text.startsWith("\r\n", at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else {
      assert.equal(text[at], ",", `at ${at}: ${JSON.stringify(text.slice(at, at + 20))}`);
      at++;
    }
  }
  assert.deepEqual(row, [], "does not end with a line break");
  return rows;
}

test("the committed trace", () => {
  const text = stepsCsv(fixture);
  assert.equal(
    text.split("\r\n").length,
    text.split("\n").length,
    "a line that does not end as RFC 4180 asks",
  );
  const folder = path.join(repositoryFolder, "test/fixtures/inspect");
  golden("steps.csv", text.replaceAll("\r\n", "\n"), { folder });
});

test("the tokens of a tree", () => {
  const tree = readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v2-tree.lasertrace"), "utf8");
  const text = [stepsCsv, tokensCsv].map((tableOf) => tableOf(parseTrace(tree))).join("");
  golden("tree.csv", text.replaceAll("\r\n", "\n"), {
    folder: path.join(repositoryFolder, "test/fixtures/inspect"),
  });
});

test("tokens: each after its parent, and those on the path are the answer", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const trace = randomTrace(seed);
    const [names, ...rows] = parseCsv(tokensCsv(trace));
    assert.deepEqual(
      names,
      TOKEN_CSV_COLUMNS.map(({ name }) => name),
    );
    const cell = (row: readonly string[], name: string): string => row[names.indexOf(name)]!;
    const figures = traceMetrics(trace);
    for (const kind of ["accepted", "relaxed", "rejected", "unreached"] as const)
      assert.equal(rows.filter((row) => cell(row, "kind") === kind).length, figures[kind], `seed ${seed}`);
    const onPath = rows.filter((row) => cell(row, "onPath") === "1").map((row) => Number(cell(row, "id")));
    assert.deepEqual(onPath, trace.result.tokens, `seed ${seed}`);
    const depths = new Map(rows.map((row) => [`${cell(row, "step")}/${cell(row, "place")}`, row]));
    for (const row of rows) {
      const before = depths.get(`${cell(row, "step")}/${cell(row, "parent")}`);
      assert.equal(Number(cell(row, "depth")), before === undefined ? 0 : Number(cell(before, "depth")) + 1);
      if (cell(row, "onPath") === "1" && cell(row, "parent") !== "-1")
        assert.equal(cell(before!, "onPath"), "1");
    }
  }
});

test("cells read back as what was written, and add up to the figures of the run", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const trace = randomTrace(seed);
    const [names, ...rows] = parseCsv(stepsCsv(trace));
    assert.deepEqual(
      names,
      CSV_COLUMNS.map(({ name }) => name),
    );
    assert.ok(rows.every((row) => row.length === CSV_COLUMNS.length));
    const cells = (name: string): string[] => rows.map((row) => row[names.indexOf(name)]!);
    const sum = (name: string): number => cells(name).reduce((total, cell) => total + Number(cell), 0);
    const figures = traceMetrics(trace);
    for (const name of ["drafted", "accepted", "relaxed", "rejected", "unreached", "committed"] as const)
      assert.equal(sum(name), figures[name], `seed ${seed}: ${name}`);
    for (const name of ["natsGivenUp", "draftMs", "verifyMs", "otherMs"] as const)
      assert.ok(Math.abs(sum(name) - figures[name]) < 1e-9, `seed ${seed}: ${name}`);
    assert.equal(cells("committedText").join(""), trace.result.text, `seed ${seed}`);
  }
});

const withText = (text: string): Trace => ({
  ...fixture,
  tokens: { ...fixture.tokens, [String(fixture.steps[0]!.root)]: text },
});

table(
  "a text as a cell:",
  [
    { name: "plain", text: " Heat", expected: " Heat" },
    { name: "a comma", text: "a,b", expected: '"a,b"' },
    { name: "a quotation mark", text: '"', expected: '""""' },
    { name: "a line break", text: "a\nb", expected: '"a\nb"' },
    { name: "a formula", text: "=1+2", expected: "'=1+2" },
    { name: "a plus", text: "+1", expected: "'+1" },
    { name: "a minus", text: "-1", expected: "'-1" },
    { name: "an at", text: "@SUM(A1)", expected: "'@SUM(A1)" },
    { name: "a full-width sign", text: "＝1+2", expected: "'＝1+2" },
    { name: "a tab", text: "\t=1", expected: "'\t=1" },
    { name: "a carriage return", text: "\r=1", expected: '"\'\r=1"' },
    { name: "a formula with a quotation mark", text: '=HYPERLINK("a")', expected: '"\'=HYPERLINK(""a"")"' },
    { name: "a sign inside", text: "a=b", expected: "a=b" },
  ],
  ({ text, expected }) => {
    const before = stepsCsv(withText("MARK"));
    assert.equal(
      stepsCsv(withText(text)),
      before.replaceAll("MARK", () => expected),
    );
  },
);

test("every column says what it is", () => {
  for (const { name, unit, meaning } of [...CSV_COLUMNS, ...TOKEN_CSV_COLUMNS]) {
    assert.match(meaning, /\w/, name);
    assert.equal(unit === "ms", name.endsWith("Ms"), name);
  }
  assert.equal(new Set(TOKEN_CSV_COLUMNS.map(({ name }) => name)).size, TOKEN_CSV_COLUMNS.length);
  assert.equal(new Set(CSV_COLUMNS.map(({ name }) => name)).size, CSV_COLUMNS.length);
});
