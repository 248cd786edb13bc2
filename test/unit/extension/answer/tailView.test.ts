// Which views of a growing answer follow its end: those that are there, until they are scrolled up.
import assert from "node:assert/strict";
import { tailAfterScroll, type TailView } from "../../../../extension/answer/tailView.ts";
import { table } from "../../../support/check.ts";

const FOLLOWING: TailView = { topLine: 100, follows: true };
const READING: TailView = { topLine: 100, follows: false };

table(
  "a view of 30 lines",
  [
    { name: "at the end of a text follows", before: null, top: 70, lines: 100, follows: true },
    { name: "that was just opened follows", before: null, top: 0, lines: 100, follows: true },
    {
      name: "follows although its position is reported late",
      before: FOLLOWING,
      top: 120,
      lines: 900,
      follows: true,
    },
    { name: "stops when it is scrolled up", before: FOLLOWING, top: 60, lines: 900, follows: false },
    { name: "follows again from the end", before: READING, top: 869, lines: 900, follows: true },
    { name: "does not, where it is read", before: READING, top: 200, lines: 900, follows: false },
    { name: "follows a text that begins again", before: READING, top: 0, lines: 1, follows: true },
    { name: "follows when it became lower", before: FOLLOWING, top: 100, lines: 131, follows: true },
  ],
  ({ before, top, lines, follows }) => {
    assert.deepEqual(tailAfterScroll(before, { topLine: top, endLine: top + 29 }, lines), {
      topLine: top,
      follows,
    });
  },
);
