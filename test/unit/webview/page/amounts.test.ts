// Amounts and names as pages show them.
import assert from "node:assert/strict";
import { modelName } from "../../../../core/trace/index.ts";
import { grouped, several } from "../../../../webview/page/amounts.ts";
import { table } from "../../../support/check.ts";

table(
  "shown",
  [
    { name: "one thing", shown: several(1, "token"), is: "1 token" },
    { name: "thousands", shown: several(14_657, "token"), is: "14,657 tokens" },
    { name: "millions", shown: grouped(30_000_000), is: "30,000,000" },
    { name: "parts", shown: grouped(1234.5), is: "1234.5" },
    {
      name: "a model by its file",
      shown: modelName({ file: "SmolLM2-135M-Instruct.Q4_0.gguf", name: "Smollm2 135M 8k Lc100K Mix1 Ep2" }),
      is: "SmolLM2-135M-Instruct.Q4_0",
    },
    { name: "a model without a file", shown: modelName({ file: "", name: "Scripted" }), is: "Scripted" },
  ],
  ({ shown, is }) => {
    assert.equal(shown, is);
  },
);
