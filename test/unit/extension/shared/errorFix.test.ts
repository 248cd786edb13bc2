// Each failure has the one button that fixes it.
import assert from "node:assert/strict";
import { test } from "vitest";
import { describeFault } from "../../../../core/base/index.ts";
import { errorFix, fixLabel } from "../../../../extension/shared/errorFix.ts";
import { ENGINE_FAULTS } from "../../../../server/engine/errors.ts";
import { POOL_FAULTS } from "../../../../server/pools/errors.ts";
import { table } from "../../../support/check.ts";

table(
  "a failure",
  [
    { name: "no trust", code: "untrusted", message: "", label: "Manage Workspace Trust" },
    { name: "a worker that was killed", code: "workerEnded", message: "", label: "Run Again" },
    { name: "a server that stays down", code: "serverDown", message: "", label: "Restart Server" },
    { name: "a prompt too long", code: "contextTooSmall", message: "", label: "Change the Context Size" },
    { name: "a GPU that can't be used", code: "gpuUnavailable", message: "", label: "Show Devices" },
    { name: "a missing pool", code: "poolFileMissing", message: "", label: "Change the Pool" },
    { name: "a file that is not a model", code: "modelFileNotGguf", message: "", label: "Choose Model" },
    { name: "a template that fails", code: "templateFailed", message: "", label: "Change the Chat Template" },
    { name: "a prompt that can't be filled", code: "renderFailed", message: "", label: "Open the Prompt" },
    { name: "anything else", code: "internal", message: "", label: "Show Log" },
  ],
  ({ code, message, label }) => {
    assert.equal(fixLabel(errorFix({ code, message })), label);
  },
);

test("a bad line of a pool is opened, by the line that its own message names", () => {
  const fault = { tag: "poolLineInvalid", path: "/a.jsonl", line: 18, reason: "it has no text" } as const;
  assert.deepEqual(errorFix(describeFault(POOL_FAULTS, fault)), { kind: "poolLine", line: 18 });
});

test("every failure of a model file has a better fix than the log", () => {
  const codes = Object.keys(ENGINE_FAULTS).filter((code) => code.startsWith("model"));
  assert.ok(codes.length > 5);
  for (const code of codes) assert.equal(fixLabel(errorFix({ code, message: "" })), "Choose Model");
});
