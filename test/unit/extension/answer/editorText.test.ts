// An answer in an editor: line ends are made alike and a byte order mark is not shown, so places are counted by lines.
import assert from "node:assert/strict";
import { EditorText } from "../../../../extension/answer/editorText.ts";
import { table } from "../../../support/check.ts";

table(
  "a place in an answer",
  [
    { name: "in the first line", answer: "abc", offset: 2, place: [0, 2] },
    { name: "after a line feed", answer: "a\nbc", offset: 3, place: [1, 1] },
    { name: "at the start of a line", answer: "a\nbc", offset: 2, place: [1, 0] },
    { name: "after both signs of one line end", answer: "a\r\nbc", offset: 4, place: [1, 1] },
    { name: "after a lone carriage return", answer: "a\rbc", offset: 3, place: [1, 1] },
    { name: "after a byte order mark", answer: "\uFEFFab", offset: 2, place: [0, 1] },
    { name: "after a separator that ends no line", answer: "a\u2028b", offset: 2, place: [0, 2] },
    { name: "at the end", answer: "a\n", offset: 2, place: [1, 0] },
  ],
  ({ answer, offset, place: [line, character] }) => {
    const text = new EditorText(answer);
    const place = { line: line!, character: character! };
    assert.deepEqual(text.placesOf([0, offset]), [{ line: 0, character: 0 }, place]);
    assert.equal(text.offsetOf(place), offset);
  },
);

table(
  "a document",
  [
    { name: "that is the answer", answer: "a\nb", document: "a\nb", begins: true },
    { name: "that is its beginning", answer: "a\nb", document: "a", begins: true },
    { name: "that is empty yet", answer: "a", document: "", begins: true },
    { name: "that is longer", answer: "a", document: "ab", begins: false },
    { name: "of another run", answer: "abc", document: "abd", begins: false },
    { name: "with other line ends", answer: "a\r\nb\nc", document: "a\r\nb\r\nc", begins: true },
    { name: "cut between the signs of a line end", answer: "a\r\nb", document: "a\r", begins: true },
    { name: "without the byte order mark", answer: "\uFEFFab", document: "ab", begins: true },
  ],
  ({ answer, document, begins }) => {
    assert.equal(new EditorText(answer).begins(document), begins);
  },
);
