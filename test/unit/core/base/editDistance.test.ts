// How far names are from each other.
import assert from "node:assert/strict";
import { editDistance } from "../../../../core/base/index.ts";
import { table } from "../../../support/check.ts";

table(
  "edit distance",
  [
    { name: "equal texts", from: "rank", to: "rank", edits: 0 },
    { name: "from nothing", from: "", to: "rank", edits: 4 },
    { name: "a swap of neighbours", from: "rnak", to: "rank", edits: 1 },
    { name: "a missing letter", from: "descripton", to: "description", edits: 1 },
    { name: "a replaced letter and one too many", from: "sourzee", to: "source", edits: 2 },
    { name: "nothing in common", from: "abc", to: "xyz", edits: 3 },
  ],
  ({ from, to, edits }) => {
    assert.equal(editDistance(from, to), edits);
    assert.equal(editDistance(to, from), edits);
  },
);
