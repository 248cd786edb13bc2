// Which group a request is sent to, and what is said about it, as a table.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  emptyGroups,
  GROUP_MAPPINGS,
  parseGroups,
  PoolError,
  Router,
  withoutSubject,
  type GroupsFile,
  type Routable,
} from "../../../../../server/pools/index.ts";
import { describeError } from "../../../../../core/base/index.ts";
import { table } from "../../../../support/check.ts";

const made = (by: GroupsFile["made"]["by"]): GroupsFile =>
  emptyGroups({ by, source: "ratings.csv", k: 2, seed: 1, silhouette: 0.2 });
const GENRE = { name: "genre", mapping: null, other: null };
const collaborative: GroupsFile = {
  ...made("interactions"),
  attribute: GENRE,
  minInteractions: 5,
  subjects: { "user-1": "cluster1" },
  few: { "user-2": 3, "user-3": 1 },
};
const nine: GroupsFile = {
  ...made("attribute"),
  attribute: { name: "genre", ...GROUP_MAPPINGS["movielens-9"]! },
};

table<{ name: string; groups: GroupsFile; row: Routable; group: string | null; by: string; reason: string }>(
  "routes",
  [
    {
      name: "enough interactions",
      groups: collaborative,
      row: { subject: "user-1", attributes: { genre: "Comedy" } },
      group: "cluster1",
      by: "interactions",
      reason: "cluster of its interactions",
    },
    {
      name: "too few, but a genre",
      groups: collaborative,
      row: { subject: "user-2", attributes: { genre: "Comedy|Drama" } },
      group: "Comedy",
      by: "attribute",
      reason: "first genre; 3 interactions are too few for a collaborative group (needs 5)",
    },
    {
      name: "too few and no genre",
      groups: collaborative,
      row: { subject: "user-3", attributes: {} },
      group: null,
      by: "global",
      reason: "1 interaction is too few for a collaborative group (needs 5); it has no genre",
    },
    {
      name: "never seen, no attribute to fall back on",
      groups: { ...collaborative, attribute: null },
      row: { subject: "user-9", attributes: { genre: "Comedy" } },
      group: null,
      by: "global",
      reason: "0 interactions are too few for a collaborative group (needs 5)",
    },
    {
      name: "a subject named like a property of every object",
      groups: collaborative,
      row: { subject: "constructor", attributes: { genre: "toString" } },
      group: "toString",
      by: "attribute",
      reason: "first genre; 0 interactions are too few for a collaborative group (needs 5)",
    },
    {
      name: "unknown subject",
      groups: made("vectors"),
      row: { subject: null, attributes: {} },
      group: null,
      by: "global",
      reason: "its subject is unknown",
    },
    {
      name: "a mapped genre",
      groups: nine,
      row: { subject: "item-1", attributes: { genre: "Crime|Drama" } },
      group: "Action+Crime",
      by: "attribute",
      reason: "first genre Crime",
    },
    {
      name: "a genre missing from the mapping",
      groups: nine,
      row: { subject: "item-2", attributes: { genre: "(no genres listed)" } },
      group: "Western+Film-Noir",
      by: "attribute",
      reason: "first genre (no genres listed), which has no group",
    },
  ],
  ({ groups, row, ...expected }) => {
    const { group, by, reason } = new Router(groups).route(row);
    assert.deepEqual(
      { group, by, reason },
      { group: expected.group, by: expected.by, reason: expected.reason },
    );
  },
);

test("the published mapping has nine groups", () => {
  assert.equal(new Set(Object.values(GROUP_MAPPINGS["movielens-9"]!.mapping)).size, 9);
});

test("a groups file survives its text; others are refused with the reason", () => {
  assert.deepEqual(parseGroups("groups.json", JSON.stringify(collaborative)), collaborative);
  for (const [text, reason] of [
    ["{", /not JSON/],
    ["null", /can't be used/],
    [JSON.stringify({ ...collaborative, version: 2 }), /version 2/],
    [JSON.stringify({ ...collaborative, subjects: { a: 1 } }), /subjects/],
  ] as const)
    assert.throws(
      () => parseGroups("groups.json", text),
      (error) => error instanceof PoolError && reason.test(describeError(error).message),
    );
});

test("a forgotten subject is nowhere in the groups", () => {
  for (const subject of ["user-1", "user-2"])
    assert.ok(!JSON.stringify(withoutSubject(collaborative, subject)).includes(subject));
  assert.equal(withoutSubject(collaborative, "user-9"), null);
});
