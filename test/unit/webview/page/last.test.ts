// When a memoized function computes again.
import assert from "node:assert/strict";
import { test } from "vitest";
import { lastOf } from "../../../../webview/page/last.ts";

test("the same arguments give the same result, without computing it again", () => {
  let computed = 0;
  const pairOf = lastOf((a: number, b: object) => {
    computed++;
    return [a, b];
  });
  const part = {};
  assert.equal(pairOf(Number.NaN, part), pairOf(Number.NaN, part));
  assert.equal(computed, 1);
  assert.notEqual(pairOf(Number.NaN, {}), pairOf(Number.NaN, part));
  assert.equal(computed, 3);
});

test("a key of its own decides, whatever the arguments are", () => {
  const lengthOf = lastOf(
    (list: readonly number[]) => ({ length: list.length }),
    (list) => [list.join()],
  );
  assert.equal(lengthOf([1, 2]), lengthOf([1, 2]));
  assert.notEqual(lengthOf([1, 2]), lengthOf([2, 1]));
});

test("an empty result is remembered, too", () => {
  let computed = 0;
  const found = lastOf((text: string) => {
    computed++;
    return /b/.exec(text);
  });
  assert.deepEqual([found("a"), found("a"), computed], [null, null, 1]);
});
