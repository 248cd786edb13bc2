// Options about the subject of a request that would change nothing are named.
import assert from "node:assert/strict";
import { withoutEffect, type RouteFlags } from "../../../../../server/cli/groups/askedRoute.ts";
import { table } from "../../../../support/check.ts";

const NONE: RouteFlags = { attribute: {} };

table(
  "an option about the subject",
  [
    { name: "none is given", flags: NONE, hasPool: false, says: null },
    { name: "a group and a pool", flags: { ...NONE, group: "drama" }, hasPool: true, says: null },
    {
      name: "a group without a pool",
      flags: { ...NONE, group: "drama" },
      hasPool: false,
      says: /^--group without a pool/,
    },
    {
      name: "a subject and its attribute without a pool",
      flags: { subject: "ann", attribute: { genre: "Drama" } },
      hasPool: false,
      says: /^--subject and --attribute without a pool/,
    },
    {
      name: "an attribute without a groups file",
      flags: { attribute: { genre: "Drama" } },
      hasPool: true,
      says: /^--attribute without a groups file/,
    },
    {
      name: "an attribute, a groups file and a pool",
      flags: { attribute: { genre: "Drama" }, groups: "g.json" },
      hasPool: true,
      says: null,
    },
  ],
  ({ flags, hasPool, says }) => {
    const text = withoutEffect(flags, hasPool);
    if (says === null) assert.equal(text, null);
    else assert.match(text ?? "", says);
  },
);
