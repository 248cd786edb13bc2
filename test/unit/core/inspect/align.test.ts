// Two answers aligned: segments cover both sides exactly, and what is called the same has the same text, however each side is
// cut into tokens. The search below it finds the shortest edit.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { test } from "vitest";
import { commonRuns } from "../../../../core/inspect/compare/diff.ts";
import { alignAnswers, type Segment, type TokenRange } from "../../../../core/inspect/index.ts";
import { parseTrace, pieces, piecesOf, type Trace } from "../../../../core/trace/index.ts";
import { repositoryFolder, table } from "../../../support/check.ts";
import { below, forAll, listOf } from "../../../support/property.ts";
import { seededRandom, type Random } from "../../../support/random.ts";

const REAL = parseTrace(
  readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), "utf8"),
);

/** An answer cut into these tokens; "|" parts them, "<…>" is an end token, "E9:" a part of a character. */
type Answered = Parameters<typeof alignAnswers>[0];
function answer(cut: string): Answered {
  const texts = cut === "" ? [] : cut.split("|");
  const tokens: Record<string, Trace["tokens"][string]> = {};
  const ids: number[] = [];
  const numbers = new Map<string, number>();
  for (const text of texts) {
    const id = numbers.get(text) ?? numbers.size;
    numbers.set(text, id);
    ids.push(id);
    tokens[String(id)] = /^<.*>$/.test(text)
      ? { control: text, endsText: true }
      : /^[0-9a-f]{2}:$/.test(text)
        ? { bytes: text.slice(0, 2) }
        : text;
  }
  const text = piecesOf(ids, tokens)
    .map((piece) => piece.text)
    .join("");
  return { tokens, request: REAL.request, result: { ...REAL.result, tokens: ids, text } };
}

const words = (segments: readonly Segment[], left: Answered, right: Answered): string => {
  const textOf = (side: Answered, [from, to]: TokenRange): string =>
    pieces(side)
      .slice(from, to)
      .map(({ text }) => text)
      .join("|");
  return segments
    .map(({ kind, left: a, right: b }) => `${kind}: ${textOf(left, a)} ~ ${textOf(right, b)}`)
    .join("\n");
};

table(
  "two answers are aligned",
  [
    { name: "equal", left: "a| b", right: "a| b", expected: ["same: a| b ~ a| b"] },
    { name: "both empty", left: "", right: "", expected: [] },
    { name: "one empty", left: "", right: "a", expected: ["onlyRight:  ~ a"] },
    {
      name: "cut into other tokens",
      left: "play|ing| chess",
      right: "pl|aying| ch|ess",
      expected: ["same: play|ing| chess ~ pl|aying| ch|ess"],
    },
    {
      name: "one token other in the middle",
      left: "the| quick| brown| fox| runs| home",
      right: "the| quick| red| fox| runs| home",
      expected: [
        "same: the| quick ~ the| quick",
        "replaced:  brown ~  red",
        "same:  fox| runs| home ~  fox| runs| home",
      ],
    },
    {
      name: "a word more on one side",
      left: "the| fox| runs",
      right: "the| big| fox| runs",
      expected: ["same: the ~ the", "onlyRight:  ~  big", "same:  fox| runs ~  fox| runs"],
    },
    {
      name: "diverging within a word that the tokens split in the same way",
      left: "play|ing| chess",
      right: "play|ed| chess",
      expected: ["same: play ~ play", "replaced: ing ~ ed", "same:  chess ~  chess"],
    },
    {
      name: "parted within a token",
      left: "playing| chess",
      right: "play|ed| chess",
      expected: ["replaced: playing ~ play|ed", "same:  chess ~  chess"],
    },
    {
      name: "a word that is the same by chance between rewritten ones",
      left: "I| would| never| say| the| opposite| of| it",
      right: "you| could| maybe| claim| the| contrary",
      expected: [
        "replaced: I| would| never| say| the| opposite| of| it ~ you| could| maybe| claim| the| contrary",
      ],
    },
    {
      name: "one ends where the other continues",
      left: "a| b|<end>",
      right: "a| b| c| d",
      expected: ["same: a| b ~ a| b", "replaced:  ~  c| d"],
    },
    {
      name: "end tokens of other names",
      left: "a|<end>",
      right: "a|</s>",
      expected: ["same: a| ~ a|"],
    },
    {
      name: "a character cut over tokens",
      left: "caf|c3:|a9:| au",
      right: "café| au",
      expected: ["same: caf||é| au ~ café| au"],
    },
    {
      name: "a script without spaces",
      left: "電影很好看",
      right: "電影|不|好看",
      expected: ["replaced: 電影很好看 ~ 電影|不|好看"],
    },
  ],
  ({ left, right, expected }) => {
    const [a, b] = [answer(left), answer(right)];
    assert.equal(words(alignAnswers(a, b), a, b), expected.join("\n"));
    assertHolds(alignAnswers(a, b), a, b);
  },
);

/** Segments cover both sides in order, are as long as can be, and say the truth. */
function assertHolds(segments: readonly Segment[], left: Answered, right: Answered): void {
  const texts = [pieces(left), pieces(right)].map((all) => all.map(({ text }) => text));
  const textOf = (side: number, [from, to]: TokenRange): string => texts[side]!.slice(from, to).join("");
  let [leftAt, rightAt] = [0, 0];
  for (const [i, { kind, left: a, right: b }] of segments.entries()) {
    assert.deepEqual([a[0], b[0]], [leftAt, rightAt], `segment ${i} begins where the one before ends`);
    assert.ok(a[1] >= a[0] && b[1] >= b[0] && a[1] + b[1] > a[0] + b[0], `segment ${i} is not empty`);
    [leftAt, rightAt] = [a[1], b[1]];
    if (kind === "same") assert.equal(textOf(0, a), textOf(1, b), `segment ${i} is the same`);
    if (kind === "onlyLeft") assert.equal(b[0], b[1]);
    if (kind === "onlyRight") assert.equal(a[0], a[1]);
    assert.ok(
      kind !== "same" || segments[i - 1]?.kind !== "same",
      "two segments of one kind are side by side",
    );
  }
  assert.deepEqual([leftAt, rightAt], [texts[0]!.length, texts[1]!.length], "both sides are covered");
}

/** The same answer with some tokens left out, doubled or exchanged. */
function edited(cut: readonly string[], random: Random, edits: number): string[] {
  const changed = [...cut];
  for (let i = 0; i < edits; i++) {
    const at = random.below(changed.length + 1);
    changed.splice(at, random.below(3), ...cut.slice(0, random.below(2)), `w${random.below(50)}`);
  }
  return changed;
}

const CUT_TEXTS = ["a", " the", " of", "\n", ".", "e2:", "82:", "ac:", " naïve", "映画", "x", "", "<end>"];
const pairs = fc.record({
  cut: listOf(fc.constantFrom(...CUT_TEXTS), 0, 39),
  edits: listOf(
    fc.record({ at: below(60), removed: below(3), isDoubled: fc.boolean(), word: below(50) }),
    0,
    5,
  ),
});

test("segments of random pairs cover both sides, and what is called the same is the same", () => {
  forAll(pairs, 300, ({ cut, edits }) => {
    const changed = [...cut];
    for (const { at, removed, isDoubled, word } of edits)
      changed.splice(at % (changed.length + 1), removed, ...cut.slice(0, isDoubled ? 1 : 0), `w${word}`);
    const [left, right] = [answer(cut.join("|")), answer(changed.join("|"))];
    assertHolds(alignAnswers(left, right), left, right);
  });
});

test("the shortest edit is found within its bound, and nothing beyond it", () => {
  const list = listOf(below(4), 0, 11);
  forAll(fc.tuple(list, list), 200, ([left, right]) => {
    const runs = commonRuns(left, right)!;
    const common = runs.reduce((sum, { length }) => sum + length, 0);
    assert.equal(common, longestCommon(left, right));
    for (const run of runs)
      for (let i = 0; i < run.length; i++) assert.equal(left[run.left + i], right[run.right + i]);
    const edits = left.length + right.length - 2 * common;
    assert.notEqual(commonRuns(left, right, edits), null);
    if (edits > 0) assert.equal(commonRuns(left, right, edits - 1), null);
  });
});

/** The length of the longest common subsequence, by the table that everybody knows. */
function longestCommon(left: readonly number[], right: readonly number[]): number {
  const best = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      best[i]![j] =
        left[i] === right[j] ? best[i + 1]![j + 1]! + 1 : Math.max(best[i + 1]![j]!, best[i]![j + 1]!);
  return best[0]![0]!;
}

test("answers of ten thousand tokens with nothing in common are reported as rewritten, those with little changed in detail", () => {
  const random = seededRandom(1);
  const cut = Array.from({ length: 10_000 }, () => ` word${random.below(2000)}`);
  const few = answer(edited(cut, random, 40).join("|"));
  const left = answer(cut.join("|"));
  const segments = alignAnswers(left, few);
  assertHolds(segments, left, few);
  assert.ok(segments.length > 40, `${segments.length} segments`);
  const other = answer(["one", ...Array.from({ length: 10_000 }, (_, i) => ` other${i}`)].join("|"));
  assert.deepEqual(
    alignAnswers(left, other).map(({ kind }) => kind),
    ["replaced"],
  );
});
