// What a chat may send and set: limits that add up to the context, and options within the bounds of settings.
import assert from "node:assert/strict";
import { chatLimits } from "../../../../extension/chat/chatLimits.ts";
import { withModelOptions } from "../../../../extension/chat/modelOptions.ts";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import { table } from "../../../support/check.ts";

table(
  "limits of a chat",
  [
    { name: "the settings' answer", context: 4096, answer: 256, gives: [3840, 256] },
    { name: "half of a small context", context: 100, answer: 256, gives: [50, 50] },
    { name: "an answer of all the context", context: 64, answer: 64, gives: [32, 32] },
    { name: "nearly no context", context: 1, answer: 9, gives: [1, 1] },
  ],
  ({ context, answer, gives }) => {
    const { maxInputTokens, maxOutputTokens } = chatLimits(context, answer);
    assert.deepEqual([maxInputTokens, maxOutputTokens], gives);
  },
);

table(
  "options of a chat",
  [
    {
      name: "names of prompt files",
      options: { max_tokens: 7, temperature: 0.5, seed: 3 },
      gives: { maxTokens: 7, temperature: 0.5, seed: 3 },
      unknown: [],
      problems: 0,
    },
    {
      name: "names of others",
      options: { n: 2, stream: true },
      gives: {},
      unknown: ["n", "stream"],
      problems: 0,
    },
    { name: "a device", options: { gpu: "off" }, gives: {}, unknown: ["gpu"], problems: 0 },
    {
      name: "out of bounds",
      options: { temperature: -1, max_tokens: "x" },
      gives: {},
      unknown: [],
      problems: 2,
    },
  ],
  ({ options, gives, unknown, problems }) => {
    const found = withModelOptions(DEFAULT_SETTINGS, options);
    const { maxTokens, sampling } = found.settings;
    const defaults = { maxTokens: DEFAULT_SETTINGS.maxTokens, temperature: 0, seed: 0 };
    const { temperature, seed } = sampling;
    assert.deepEqual({ maxTokens, temperature, seed }, { ...defaults, ...gives });
    assert.deepEqual([found.unknown, found.problems.length], [unknown, problems]);
  },
);
