// Bytes in pieces give the text that they give at once, whatever the bytes and wherever they are cut.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { fromHex, toHex, Utf8Stream, validUtf8 } from "../../../../core/trace/utf8.ts";
import { forAll, listOf } from "../../../support/property.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const edges = [
  0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xf0,
];
const moreEdges = [0xf3, 0xf4, 0xf5, 0xff, 0xbb, 0xbd, 0x20];
const samples = ["é", "€", "😀", "\uFFFD", "\uFEFF", "a", "\u{10FFFF}", "\uD7FF", "\uE000"];

/** Pieces of one to four bytes: edges of the encoding, and whole characters. */
const byteRuns = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...edges, ...moreEdges).map((byte) => [byte]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...samples).map((sample) => [...new TextEncoder().encode(sample)]),
  },
);
const cutBytes = fc.record({
  bytes: listOf(byteRuns, 0, 12).map((runs) => Uint8Array.from(runs.flat())),
  sizes: listOf(fc.integer({ min: 1, max: 4 }), 1, 12),
});

test("random bytes, cut at random places", () => {
  forAll(cutBytes, 5000, ({ bytes, sizes }) => {
    const stream = new Utf8Stream();
    let text = "";
    for (let at = 0, piece = 0; at < bytes.length; piece++) {
      const size = sizes[piece % sizes.length]!;
      text += stream.push(bytes.subarray(at, at + size));
      at += size;
    }
    text += stream.end();
    assert.equal(text, decoder.decode(bytes));
    assert.equal(validUtf8(bytes), strictly(bytes));
    assert.deepEqual(fromHex(toHex(bytes)), bytes);
  });
});

test("valid text is itself, an encoded U+FFFD included", () => {
  for (const sample of samples) assert.equal(validUtf8(new TextEncoder().encode(sample)), sample);
});

test("a character appears with the piece that completes it", () => {
  const stream = new Utf8Stream();
  const shown = [[0xe2, 0x82], [0xac], [0x61]].map((bytes) => stream.push(Uint8Array.from(bytes)));
  assert.deepEqual([...shown, stream.end()], ["", "€", "a", ""]);
});

test("text after an open character closes it, an empty one does not", () => {
  const stream = new Utf8Stream();
  const shown = [
    stream.push(Uint8Array.of(0xc3)),
    stream.pushText(""),
    stream.push(Uint8Array.of(0xa9)),
    stream.push(Uint8Array.of(0xc3)),
    stream.pushText("x"),
  ];
  assert.deepEqual(shown, ["", "", "é", "", "\uFFFDx"]);
});

function strictly(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}
