// Where tokens end in a text.
import assert from "node:assert/strict";
import { tokenEnds } from "../../../../server/worker/process/tokenizing.ts";
import { table } from "../../../support/check.ts";

/** A vocabulary in which these pieces follow one another, whatever the text. */
function vocabulary(pieces: readonly (string | readonly number[])[]) {
  const bytes = pieces.map((piece) =>
    typeof piece === "string" ? Buffer.from(piece) : Uint8Array.from(piece),
  );
  return { tokenizeText: () => bytes.map((_, at) => at), bytesOf: (token: number) => bytes[token]! };
}

table(
  "token ends",
  [
    { name: "nothing", text: "", pieces: [], ends: [] },
    { name: "words", text: "a bc", pieces: ["a", " bc"], ends: [1, 4] },
    { name: "a character in parts", text: "é!", pieces: [[0xc3], [0xa9], "!"], ends: [1, 1, 2] },
    {
      name: "an emoji of two units",
      text: "🙂x",
      pieces: [[0xf0, 0x9f], [0x99, 0x82], "x"],
      ends: [2, 2, 3],
    },
    {
      name: "a space before the text, as SentencePiece puts it",
      text: "ab",
      pieces: [" a", "b"],
      ends: [1, 2],
    },
  ],
  ({ text, pieces, ends }) => {
    assert.deepEqual(tokenEnds(text, vocabulary(pieces)), ends);
  },
);
