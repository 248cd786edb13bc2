// Settings in effect as options of the command line: the command reads back what was set.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
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
} from "../../../../server/cli/options/settingOptions.ts";
import { table, temporaryFolder } from "../../../support/check.ts";

/** What the command makes of options. */
async function readBack(flags: readonly string[]) {
  const command = withSettings(withEngine(new Command().exitOverride()), GENERATION_NAMES);
  // An action: hooks read the values that are in files.
  command.action(() => undefined);
  return (await command.parseAsync(flags, { from: "user" })).opts<{ model?: string }>();
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
        jsonSchema: '{"type": "object"}',
        grammar: 'root ::= "-x"',
      } satisfies Partial<SettingValues>,
    },
  ],
  async ({ values }, context) => {
    const folder = temporaryFolder(context);
    let files = 0;
    const fileOf = (text: string): string => {
      const file = path.join(folder, String(files++));
      writeFileSync(file, text);
      return file;
    };
    const settings = withValues(DEFAULT_SETTINGS, values);
    const read = withValues(
      DEFAULT_SETTINGS,
      givenSettings(await readBack(generationFlags(settings, fileOf))),
    );
    assert.deepEqual(read, settings);
  },
);

test("the model and its device", async () => {
  const choice = {
    path: "/m.gguf",
    gpu: "auto",
    device: "CUDA1",
    contextTokens: 512,
    threads: 2,
    gpuLayers: 3,
    kvType: "q8_0",
  } as const;
  const read = await readBack(modelFlags(choice));
  const { path, ...device } = choice;
  assert.equal(read.model, path);
  assert.deepEqual(engineChoices(read), device);
});
