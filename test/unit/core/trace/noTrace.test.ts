// What is reported about a file that isn't JSON: one that never was a trace, and a trace that was damaged.
import assert from "node:assert/strict";
import { test } from "vitest";
import { describeError } from "../../../../core/base/index.ts";
import { parseTrace, TraceError } from "../../../../core/trace/index.ts";

const texts: [name: string, text: string, message: RegExp, nextStep: RegExp][] = [
  ["a prompt file", "---\nname: book\n---\nuser:\nHi", /is not a LASER trace/, /Open it as text/],
  ["bytes", "\u0000\u0001\ufffd", /is not a LASER trace/, /Open it as text/],
  ["a damaged trace", '{"format": "lasertrace", oops}', /line 1, column 26/, /Undo the last edit/],
];
for (const [name, text, message, nextStep] of texts)
  test(name, () => {
    assert.throws(
      () => parseTrace(text),
      (error) => {
        assert.ok(error instanceof TraceError);
        const told = describeError(error);
        assert.match(told.message, message);
        assert.match(told.nextStep, nextStep);
        return true;
      },
    );
  });
