// What the filter box offers: whole texts of the box, with the names that the trace mentions.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parseQuery } from "../../../../../core/inspect/index.ts";
import { filterCompletions, knownNames } from "../../../../../webview/trace/filter/filterCompletions.ts";
import { table } from "../../../../support/check.ts";

const KNOWN = knownNames({
  1: { id: "movie-1", group: "Crime" },
  2: { id: "movie-2", group: "Film noir" },
  3: { id: 'the "best"', group: "Crime" },
  4: { id: "two\nlines", group: null },
});

test("known names are each offered once, those of more than one line left out", () => {
  assert.deepEqual(KNOWN, { group: ["Crime", "Film noir"], entry: ["movie-1", "movie-2", 'the "best"'] });
});

table(
  "offered",
  [
    { name: "a name of a field", filter: "@gr", expected: [["@group:", "@group:"]] },
    {
      name: "after other terms, which stay",
      filter: "the -@rank>2 @gr",
      expected: [["the -@rank>2 @group:", "the -@rank>2 @group:"]],
    },
    { name: "a group", filter: "@group:c", expected: [["@group:Crime", "@group:Crime"]] },
    {
      name: "a group with a space, found without quotation marks",
      filter: "x @group:Crime|f",
      expected: [['x @group:Crime|"Film noir"', "x @group:Crime|Film noir"]],
    },
    {
      name: "an entry with quotation marks",
      filter: "@entry:th",
      expected: [['@entry:"the \\"best\\""', '@entry:the "best"']],
    },
    { name: "nothing if nothing fits", filter: "@entry:zzz", expected: [] },
  ],
  ({ filter, expected }) => {
    const offered = filterCompletions(filter, KNOWN);
    assert.deepEqual(
      offered.map(({ text, label }) => [text, label]),
      expected,
    );
    for (const { text } of offered) if (!text.endsWith(":")) assert.ok(parseQuery(text).ok, text);
  },
);

test("no more are offered than can be read", () => {
  const entries = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [i, { id: `e${i}`, group: null }]),
  );
  assert.equal(filterCompletions("@entry:", knownNames(entries)).length, 50);
});
