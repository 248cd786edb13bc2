// Bytes in pieces give the text that they give at once, whatever the bytes and wherever they are cut.
import assert from "node:assert/strict";
import { test } from "vitest";
import { fromHex, toHex, Utf8Stream, validUtf8 } from "../../../../core/trace/utf8.ts";
import { seededRandom } from "../../../support/random.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const edges = [
  0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xf0,
];
const moreEdges = [0xf3, 0xf4, 0xf5, 0xff, 0xbb, 0xbd, 0x20];
const samples = ["é", "€", "😀", "\uFFFD", "\uFEFF", "a", "\u{10FFFF}", "\uD7FF", "\uE000"];

test("random bytes, cut at random places", () => {
  for (let seed = 0; seed < 20_000; seed++) {
    const random = seededRandom(seed);
    const bytes: number[] = [];
    while (bytes.length < 12) {
      if (random.below(3) > 0) bytes.push(random.pick([...edges, ...moreEdges]));
      else bytes.push(...new TextEncoder().encode(random.pick(samples)));
    }
    const stream = new Utf8Stream();
    let text = "";
    for (let at = 0; at < bytes.length;) {
      const size = 1 + random.below(4);
      text += stream.push(Uint8Array.from(bytes.slice(at, at + size)));
      at += size;
    }
    text += stream.end();
    assert.equal(text, decoder.decode(Uint8Array.from(bytes)), `seed ${seed}`);
    assert.equal(validUtf8(Uint8Array.from(bytes)), strictly(bytes), `seed ${seed}`);
    assert.deepEqual([...fromHex(toHex(bytes))], bytes);
  }
});

test("valid text is itself, an encoded U+FFFD included", () => {
  for (const sample of samples) assert.equal(validUtf8(new TextEncoder().encode(sample)), sample);
});

test("a character appears with the piece that completes it", () => {
  const stream = new Utf8Stream();
  const shown = [[0xe2, 0x82], [0xac], [0x61]].map((bytes) => stream.push(Uint8Array.from(bytes)));
  assert.deepEqual([...shown, stream.end()], ["", "€", "a", ""]);
});

test("text behind an open character closes it, an empty one does not", () => {
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

function strictly(bytes: readonly number[]): string | null {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}
