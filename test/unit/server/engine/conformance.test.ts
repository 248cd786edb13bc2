// The scripted engine keeps the rules that every engine keeps.
import { testConformance } from "../../../support/decoding/conformance.ts";
import { createScriptedEngine } from "../../../../server/engine/index.ts";

const answers = [{ text: "One two three four five six seven eight nine ten." }, { text: "Another answer." }];

testConformance({
  name: "scripted",
  load: () => Promise.resolve(createScriptedEngine({ answers, contextTokens: 1024, maxTreeLeaves: 8 })),
  text: ({ tokenizer }) => Int32Array.from(tokenizer.tokenize(answers[0]!.text.repeat(60), false)),
  maxTreeLeaves: 8,
  sumTolerance: 1e-4,
  hasModel: false,
});
