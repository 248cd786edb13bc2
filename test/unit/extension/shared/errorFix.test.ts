// Each failure has the button that fixes it.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { ErrorText } from "../../../../core/base/index.ts";
import { DecodeError } from "../../../../core/laser/errors.ts";
import { errorFixes, fixLabel } from "../../../../extension/shared/errorFix.ts";
import { ENGINE_FAULTS, EngineError } from "../../../../server/engine/errors.ts";
import { PoolError } from "../../../../server/pools/errors.ts";
import { table } from "../../../support/check.ts";

const bestLabel = (error: ErrorText): string => fixLabel(errorFixes(error)[0]);
const labelsOf = (error: ErrorText): string[] => errorFixes(error).map(fixLabel);

table(
  "a failure",
  [
    { name: "no trust", code: "untrusted", message: "", label: "Manage Workspace Trust" },
    { name: "a worker that was killed", code: "workerEnded", message: "", label: "Run Again" },
    { name: "a server that stays down", code: "serverDown", message: "", label: "Restart Server" },
    { name: "a prompt too long", code: "contextTooSmall", message: "", label: "Change the Context Size" },
    { name: "a GPU that can't be used", code: "gpuUnavailable", message: "", label: "Show Devices" },
    { name: "a missing pool", code: "poolFileMissing", message: "", label: "Run without Pool" },
    { name: "a file that is not a model", code: "modelFileNotGguf", message: "", label: "Choose Model" },
    { name: "a template that fails", code: "templateFailed", message: "", label: "Change the Chat Template" },
    { name: "a prompt that can't be filled", code: "renderFailed", message: "", label: "Open the Prompt" },
    { name: "anything else", code: "internal", message: "", label: "Show Log" },
  ],
  ({ code, message, label }) => {
    assert.equal(bestLabel({ code, message, nextStep: "" }), label);
  },
);

table(
  "a failure says",
  [
    {
      name: "which line of a pool to open",
      error: new PoolError({
        tag: "poolLineInvalid",
        path: "/a.jsonl",
        line: 18,
        reason: "it has no text",
        further: [20],
        isMixed: true,
      }),
      labels: ["Open Line 18", "Skip Bad Lines", "Run without Pool"],
    },
    {
      name: "which line of the answers to open that a pool did not take, in any language",
      error: {
        text: {
          code: "poolCommandFailed",
          message: "Zeile 2 ist keine Antwort.",
          nextStep: "",
          details: { file: "/a b.jsonl", line: 2 },
        },
      },
      labels: ["Open Line 2"],
    },
    {
      name: "that a pool was not changed, which is not a run",
      error: {
        text: { code: "poolCommandFailed", message: "The pool /a.laserpool is in use.", nextStep: "" },
      },
      labels: ["Show Log"],
    },
    {
      name: "which context a prompt needs, rounded up",
      error: new DecodeError({
        tag: "contextTooSmall",
        promptTokens: 11_736,
        maxTokens: 200,
        contextTokens: 4095,
      }),
      labels: ["Raise the Context to 12,288"],
    },
    {
      name: "that a context filled to its last token is too small",
      error: new DecodeError({
        tag: "contextTooSmall",
        promptTokens: 1948,
        maxTokens: 100,
        contextTokens: 2047,
      }),
      labels: ["Raise the Context to 3,072"],
    },
    {
      name: "which context fits the memory",
      error: new EngineError({
        tag: "contextTooLarge",
        path: "/m.gguf",
        contextTokens: 131_072,
        neededBytes: 9e9,
        availableBytes: 4e9,
        reservedBytes: 1e9,
        largestTokens: 16_384,
      }),
      labels: ["Lower the Context to 16,384"],
    },
    {
      name: "that no context fits the memory",
      error: new EngineError({
        tag: "contextTooLarge",
        path: "/m.gguf",
        contextTokens: 4096,
        neededBytes: 9e9,
        availableBytes: 4e9,
        reservedBytes: 1e9,
        largestTokens: null,
      }),
      labels: ["Change the Context Size"],
    },
  ],
  ({ error, labels }) => {
    assert.deepEqual(labelsOf(error.text), labels);
  },
);

test("every failure of a model file has a better fix than the log", () => {
  const codes = Object.keys(ENGINE_FAULTS).filter((code) => code.startsWith("model"));
  assert.ok(codes.length > 5);
  for (const code of codes) assert.equal(bestLabel({ code, message: "", nextStep: "" }), "Choose Model");
});
