// What a user may type for a model of the hub.
import assert from "node:assert/strict";
import { hubNameOf } from "../../../../../extension/commands/models/hubName.ts";
import { table } from "../../../../support/check.ts";

table(
  "a typed name",
  [
    { name: "a repository", typed: "ada/tiny-GGUF", gives: "ada/tiny-GGUF" },
    { name: "with a quantisation", typed: " ada/tiny:Q4_K_M ", gives: "ada/tiny:Q4_K_M" },
    { name: "as on the command line", typed: "hf:ada/tiny", gives: "ada/tiny" },
    { name: "an address", typed: "https://huggingface.co/ada/tiny/tree/main", gives: "ada/tiny" },
    { name: "the address of somebody else", typed: "https://example.org/ada/tiny", gives: null },
    { name: "a word of the filter", typed: "llama", gives: null },
    { name: "a path", typed: "/models/ada/tiny.gguf", gives: null },
    { name: "a way out", typed: "../tiny", gives: null },
    { name: "nothing", typed: "", gives: null },
  ],
  ({ typed, gives }) => {
    assert.equal(hubNameOf(typed), gives);
  },
);
