// What people read about faults of prompts: each names the thing, the reason and a next step.
import assert from "node:assert/strict";
import { test } from "vitest";
import { describeError } from "../../../../core/base/index.ts";
import { parsePrompty, PromptError, type PromptFault } from "../../../../core/prompts/index.ts";

const broken = parsePrompty("---\nmodel: [a]\n---\nuser:\n{{ x").problems;

const CASES: [fault: PromptFault, message: RegExp, nextStep: RegExp][] = [
  [
    { tag: "promptInvalid", problems: broken },
    /^Line 2, column 8: "model" must be a map\. \(1 more\)$/,
    /Correct/,
  ],
  [{ tag: "variableMissing", name: "a", line: 3 }, /"a" \(line 4\)/, /--set a=VALUE/],
  [{ tag: "variableUnknown", name: "c", known: ["a", "b"] }, /"c"/, /a, b/],
  [{ tag: "variableUnknown", name: "c", known: [] }, /"c"/, /no variables/],
  [{ tag: "renderFailed", role: "user", line: 0, reason: "R" }, /user section .*line 1.*R/, /Check/],
  [{ tag: "promptEmpty" }, /no messages/, /user:/],
  [{ tag: "templateMissing" }, /no chat template/, /Instruct.*--chat-template FILE/],
  [{ tag: "templateInvalid", reason: "R", file: null }, /of the model.*R/, /--chat-template FILE/],
  [{ tag: "templateInvalid", reason: "R", file: "a.jinja" }, /a\.jinja is not valid.*R/, /Correct the file/],
  [
    { tag: "templateRefused", reason: "System role not supported", refusesSystem: true, file: null },
    /System role not supported/,
    /--system-in-user-turn on/,
  ],
  [{ tag: "templateRefused", reason: "R", refusesSystem: false, file: "a.jinja" }, /a\.jinja.*R/, /in turn/],
  [{ tag: "templateFailed", reason: "R", file: null }, /R/, /--chat-template FILE/],
  [{ tag: "templateFailed", reason: "R", file: "a.jinja" }, /a\.jinja.*R/, /correct the file/],
];
for (const [fault, message, nextStep] of CASES) {
  test(`${fault.tag}: ${String(message)}`, () => {
    const text = describeError(new PromptError(fault));
    assert.equal(text.code, fault.tag);
    assert.match(text.message, message);
    assert.match(text.nextStep, nextStep);
  });
}
