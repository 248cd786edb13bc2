// Settings in effect as options of the command line: the command reads back what was set.
import assert from "node:assert/strict";
import { Command } from "commander";
import { test } from "vitest";
import { DEFAULT_SETTINGS, withValues, type SettingValues } from "../../../../core/settings/index.ts";
import { generationFlags, modelFlags } from "../../../../extension/settings/settingFlags.ts";
import {
  engineChoices,
  GENERATION_NAMES,
  givenSettings,
  withEngine,
  withSettings,
} from "../../../../server/cli/settingOptions.ts";
import { table } from "../../../support/check.ts";

/** What the command makes of options. */
function readBack(flags: readonly string[]) {
  const command = withSettings(withEngine(new Command().exitOverride()), GENERATION_NAMES);
  return command.parse(flags, { from: "user" }).opts<{ model?: string }>();
}

table(
  "a generation's settings",
  [
    { name: "the defaults", values: {} },
    {
      name: "every kind of value",
      values: {
        strategy: "laser-strict",
        maxTokens: 7,
        stop: ["\n\n", "-x", "a b"],
        "guards.endOfText": false,
        "guards.maxConsecutiveRelaxed": 3,
        "sampling.temperature": 0.5,
        "relaxed.topK": 4,
      } satisfies Partial<SettingValues>,
    },
  ],
  ({ values }) => {
    const settings = withValues(DEFAULT_SETTINGS, values);
    const read = withValues(DEFAULT_SETTINGS, givenSettings(readBack(generationFlags(settings))));
    assert.deepEqual(read, settings);
  },
);

test("the model and its device", () => {
  const choice = { path: "/m.gguf", gpu: "off", contextTokens: 512, threads: 2, gpuLayers: 3 } as const;
  const read = readBack(modelFlags(choice));
  const { path, ...device } = choice;
  assert.equal(read.model, path);
  assert.deepEqual(engineChoices(read), device);
});
