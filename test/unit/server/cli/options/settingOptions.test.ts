// Settings as options: every one is parsed by the setting's own check, and only given ones count.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { test } from "vitest";
import { CliError } from "../../../../../server/cli/errors.ts";
import {
  engineChoices,
  GENERATION_NAMES,
  givenSettings,
  withEngine,
  withSettings,
} from "../../../../../server/cli/options/settingOptions.ts";
import { SETTINGS } from "../../../../../core/settings/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

function parsed(...args: readonly string[]): object {
  const command = withEngine(withSettings(new Command(), GENERATION_NAMES)).exitOverride();
  return command.parse(args, { from: "user" }).opts();
}

table(
  "an option",
  [
    { name: "nothing", args: [], values: {} },
    { name: "a whole number", args: ["--max-tokens", "7"], values: { maxTokens: 7 } },
    { name: "a number", args: ["--top-p", "0.5"], values: { "sampling.topP": 0.5 } },
    { name: "a choice", args: ["--strategy", "plain"], values: { strategy: "plain" } },
    { name: "a flag", args: ["--guard-end-of-text", "off"], values: { "guards.endOfText": false } },
    { name: "no limit", args: ["--max-nats-given-up", "off"], values: { "guards.maxNatsGivenUp": null } },
    { name: "automatic", args: ["--gpu-layers", "auto"], values: { gpuLayers: null } },
    { name: "several texts", args: ["--stop", "a b", "--stop", "\n"], values: { stop: ["a b", "\n"] } },
  ],
  ({ args, values }) => {
    assert.deepEqual(givenSettings(parsed(...args)), values);
  },
);

/** As the program does: hooks run, then the action with the options. */
async function acted(...args: readonly string[]): Promise<object> {
  let found: object = {};
  const command = withSettings(new Command(), GENERATION_NAMES).exitOverride();
  command.action((flags: object) => {
    found = givenSettings(flags);
  });
  await command.parseAsync(args, { from: "user" });
  return found;
}

test("an option that names a file has its text", async (context) => {
  const folder = temporaryFolder(context);
  const [schema, grammar, empty] = ["a.json", "a.gbnf", "empty"].map((name) => join(folder, name));
  writeFileSync(schema!, '\ufeff{"type": "object"}\n');
  writeFileSync(grammar!, 'root ::= "a"');
  writeFileSync(empty!, " \n");
  assert.deepEqual(await acted("--json-schema", schema!, "--max-tokens", "3"), {
    maxTokens: 3,
    jsonSchema: '{"type": "object"}\n',
  });
  assert.deepEqual(await acted("--grammar", grammar!), { grammar: 'root ::= "a"' });
  const missing = join(folder, "missing");
  for (const [path, reason] of [
    [missing, "there is no such file"],
    [folder, "it is a folder"],
    [empty!, "the file is empty"],
  ] as const)
    await assert.rejects(acted("--json-schema", path), (error) => {
      assert.ok(error instanceof CliError);
      const fault = { tag: "optionInvalid", option: "--json-schema", value: path, reason };
      return (assert.deepEqual(error.fault, fault), true);
    });
});

table(
  "a bad option",
  [
    { name: "out of bounds", args: ["--top-p", "0"], reason: "it must be a number above 0 and up to 1" },
    { name: "half", args: ["--top-k", "1.5"], reason: "it must be a whole number from 0 to 1000000" },
    { name: "empty", args: ["--temperature", " "], reason: "it must be a number from 0 to 10" },
    {
      name: "no word",
      args: ["--threads", "off"],
      reason: "it must be a whole number from 1 to 1024, or auto",
    },
    { name: "neither on nor off", args: ["--guard-end-of-text", "true"], reason: "it must be on or off" },
    {
      name: "an empty stop",
      args: ["--stop", ""],
      reason: "it must be a list of at most 16 texts, none empty",
    },
  ],
  ({ args, reason }) => {
    assert.throws(
      () => parsed(...args),
      (error) =>
        error instanceof CliError && error.fault.tag === "optionInvalid" && error.fault.reason === reason,
    );
  },
);

test("device and context come with the settings' defaults", () => {
  const { gpu, contextTokens } = SETTINGS;
  assert.deepEqual(engineChoices(parsed()), { gpu: gpu.default, contextTokens: contextTokens.default });
  assert.deepEqual(
    engineChoices(parsed("--threads", "2", "--gpu-layers", "0", "--gpu", "off", "--device", " CUDA1 "), 64),
    {
      gpu: "off",
      device: "CUDA1",
      gpuLayers: 0,
      threads: 2,
      contextTokens: 64,
    },
  );
});
