// Who ends what, and when.
import assert from "node:assert/strict";
import { test } from "vitest";
import { DisposableStore, MutableDisposable } from "../../../../extension/host/lifecycle.ts";

function recording(): { ended: string[]; thing: (name: string) => { dispose(): void } } {
  const ended: string[] = [];
  return { ended, thing: (name) => ({ dispose: () => void ended.push(name) }) };
}

test("a store disposes its contents, the latest first, once", () => {
  const { ended, thing } = recording();
  const store = new DisposableStore();
  store.add(thing("first"));
  store.add(thing("second"));
  store.dispose();
  store.dispose();
  assert.deepEqual(ended, ["second", "first"]);
});

test("a disposable added to a disposed store is disposed at once", () => {
  const { ended, thing } = recording();
  const store = new DisposableStore();
  store.dispose();
  store.add(thing("late"));
  assert.deepEqual(ended, ["late"]);
});

test("a replaced disposable is disposed, the same one set again is not", () => {
  const { ended, thing } = recording();
  const held = new MutableDisposable();
  const first = thing("first");
  held.value = first;
  held.value = first;
  assert.deepEqual(ended, []);
  held.value = thing("second");
  assert.deepEqual(ended, ["first"]);
  held.dispose();
  assert.deepEqual([ended, held.value], [["first", "second"], null]);
});

test("a disposable put into a disposed holder is disposed at once", () => {
  const { ended, thing } = recording();
  const held = new MutableDisposable();
  held.dispose();
  held.value = thing("late");
  assert.deepEqual([ended, held.value], [["late"], null]);
});
