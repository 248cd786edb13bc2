// Requests as they come from outside: each malformed one is refused with the field that is wrong.
import assert from "node:assert/strict";
import { test } from "vitest";
import { DEFAULT_SETTINGS } from "../../../../../core/settings/index.ts";
import { WorkerError } from "../../../../../server/worker/errors.ts";
import { idOf, parseRequest } from "../../../../../server/worker/process/requests.ts";
import { table } from "../../../../support/check.ts";

const model = { gpu: "auto", contextTokens: 4096 };
const params = { source: "hi", promptFile: null, values: {}, settings: DEFAULT_SETTINGS, poolPath: null };
const generate = (change: object) => ({ kind: "generate", id: 1, params: { ...params, ...change } });
const continueFrom = {
  messages: [{ role: "user", content: "hi" }],
  rendered: "hi",
  promptTokens: [1, 2, 3],
  inheritedTokens: 1,
  parent: { createdAt: "2025-01-02T03:04:05.678Z", file: null, tokensBefore: 0, token: 3, was: null },
  model: { name: "m", tokenizerFingerprint: "f" },
};
const goOn = (change: object) => generate({ continueFrom: { ...continueFrom, ...change } });
const answer = (settings: object) => ({
  kind: "answer",
  id: 1,
  params: { source: "hi", promptFile: null, values: {}, settings },
});
const about = (subject: object) => ({
  ...answer({}),
  params: { ...answer({}).params, about: subject },
});
const add = (...answers: object[]) => ({ kind: "add", id: 1, answers });
const settings = (change: object) => generate({ settings: { ...DEFAULT_SETTINGS, ...change } });

/** What parsing says of a value: "fine", or field and reason. */
function verdictOn(value: unknown): string {
  try {
    assert.deepEqual(parseRequest(value), value);
    return "fine";
  } catch (error) {
    if (error instanceof WorkerError && error.fault.tag === "badRequest")
      return `${error.fault.field} ${error.fault.reason}`;
    throw error;
  }
}

const requests: readonly { readonly name: string; readonly value: unknown; readonly says: string }[] = [
  { name: "a whole generate", value: generate({}), says: "fine" },
  {
    name: "values of any JSON shape",
    value: generate({ values: { a: [1, { b: null }], c: "x" } }),
    says: "fine",
  },
  {
    name: "keys that a later release may add",
    value: { kind: "stats", id: 1, verbose: true },
    says: "fine",
  },
  { name: "a load without a path", value: { kind: "load", id: 1, model }, says: "fine" },
  {
    name: "another rule",
    value: settings({ relaxed: { kind: "delta", topK: 2, delta: 0.1 } }),
    says: "fine",
  },
  { name: "a place to continue from", value: goOn({}), says: "fine" },
  {
    name: "a place without tokens",
    value: goOn({ promptTokens: [] }),
    says: "params.continueFrom.promptTokens must not have fewer than 1 items",
  },
  {
    name: "a trace file with its folders",
    value: goOn({ parent: { ...continueFrom.parent, file: "folder/a.lasertrace" } }),
    says: "params.continueFrom.parent.file matches none of its possible forms",
  },
  {
    name: "a token before the first",
    value: goOn({ parent: { ...continueFrom.parent, token: -1 } }),
    says: "params.continueFrom.parent.token matches none of its possible forms",
  },
  {
    name: "an answer with settings by name",
    value: answer({ maxTokens: 9, "relaxed.topK": 3, "guards.maxNatsGivenUp": null }),
    says: "fine",
  },
  {
    name: "an answer with a setting that is not one",
    value: answer({ maxToken: 9 }),
    says: "params.settings.maxToken is not a setting of an answer",
  },
  {
    name: "an answer that names its model",
    value: answer({ gpu: "off" }),
    says: "params.settings.gpu is not a setting of an answer",
  },
  {
    name: "an answer with a setting outside its bounds",
    value: answer({ "relaxed.topK": 0 }),
    says: "params.settings.relaxed.topK must be a whole number from 1 to 128",
  },
  {
    name: "an answer about a subject",
    value: about({ subject: "item-7", attributes: { genre: "Comedy" }, group: null }),
    says: "fine",
  },
  {
    name: "an attribute that is a number",
    value: about({ attributes: { year: 1926 } }),
    says: "params.about.attributes.year must be string",
  },
  {
    name: "a group without a name",
    value: about({ group: "" }),
    says: "params.about.group matches none of its possible forms",
  },
  { name: "four lanes", value: { kind: "lanes", id: 1, lanes: 4 }, says: "fine" },
  { name: "no lane", value: { kind: "lanes", id: 1, lanes: 0 }, says: "lanes must be >= 1" },
  { name: "too many lanes", value: { kind: "lanes", id: 1, lanes: 257 }, says: "lanes must be <= 256" },
  { name: "no groups file", value: { kind: "groups", id: 1, groupsPath: null }, says: "fine" },
  { name: "an answer to add", value: add({ id: "a", group: null, text: "A." }), says: "fine" },
  { name: "nothing to add", value: add(), says: "answers must not have fewer than 1 items" },
  {
    name: "an empty answer to add",
    value: add({ id: "a", group: "g", text: "" }),
    says: "answers.0.text must not have fewer than 1 characters",
  },
  { name: "a number", value: 7, says: "kind is missing" },
  { name: "null", value: null, says: "kind is missing" },
  {
    name: "a kind of Object's own",
    value: { kind: "toString", id: 1 },
    says: "kind must be one of hello, load, prepare, fetch, generate, stop, pool, answer, add, lanes, groups, poolGroups, route, tokenize, stats, models, modelFiles, hubModels, fetchHub, modelReport, devices, installBackend, unload, shutdown",
  },
  { name: "no id", value: { kind: "stats" }, says: "id is missing" },
  { name: "id 0, which answers what has none", value: { kind: "stats", id: 0 }, says: "id must be >= 1" },
  {
    name: "a version in words",
    value: { kind: "hello", id: 1, version: "1" },
    says: "version must be integer",
  },
  {
    name: "an unknown GPU",
    value: { kind: "load", id: 1, model: { ...model, gpu: "tpu" } },
    says: "model.gpu must be one of auto, off, vulkan, cuda, metal",
  },
  {
    name: "half a token of context",
    value: { kind: "load", id: 1, model: { ...model, contextTokens: 0.5 } },
    says: "model.contextTokens must be integer",
  },
  { name: "no source", value: generate({ source: undefined }), says: "params.source must be string" },
  { name: "values in a list", value: generate({ values: [] }), says: "params.values must be object" },
  {
    name: "an unknown strategy",
    value: settings({ strategy: "hope" }),
    says: "params.settings.strategy must be one of plain, prompt-lookup, laser-strict, laser",
  },
  {
    name: "a draft longer than the kernels repeat",
    value: settings({ maxDraftTokens: 48 }),
    says: "params.settings.maxDraftTokens must be <= 47",
  },
  {
    name: "a field of the rule that was meant",
    value: settings({ relaxed: { kind: "relaxed", topK: 0, minProbability: 0.1 } }),
    says: "params.settings.relaxed.topK must be >= 1",
  },
  {
    name: "a field of the last of the rules",
    value: settings({ relaxed: { kind: "ratio", topK: 1, alpha: 2 } }),
    says: "params.settings.relaxed.alpha must be <= 1",
  },
  {
    name: "not a rule",
    value: settings({ relaxed: { kind: "lax" } }),
    says: "params.settings.relaxed matches none of its possible forms",
  },
  {
    name: "a limit that is neither number nor null",
    value: settings({ guards: { ...DEFAULT_SETTINGS.guards, maxNatsGivenUp: "9" } }),
    says: "params.settings.guards.maxNatsGivenUp matches none of its possible forms",
  },
  {
    name: "a temperature below zero",
    value: settings({ sampling: { ...DEFAULT_SETTINGS.sampling, temperature: -1 } }),
    says: "params.settings.sampling.temperature must be >= 0",
  },
];

table("request", requests, ({ value, says }) => {
  assert.equal(verdictOn(value), says);
});

const ids: readonly { readonly name: string; readonly value: unknown; readonly id: number }[] = [
  { name: "that of the message", value: { id: 7 }, id: 7 },
  { name: "0 for a text", value: { id: "7" }, id: 0 },
  { name: "0 for a fraction", value: { id: 1.5 }, id: 0 },
  { name: "0 for none", value: {}, id: 0 },
  { name: "0 for no object", value: "7", id: 0 },
];
table("id to answer under", ids, ({ value, id }) => {
  assert.equal(idOf(value), id);
});

test("a request of an older client has the defaults of later settings", () => {
  const { guards, sampling, ...settings } = DEFAULT_SETTINGS;
  const groups = Object.entries({ settings, guards, sampling });
  for (const [group, values] of groups)
    for (const left of Object.keys(values)) {
      const rest = Object.fromEntries(Object.entries(values).filter(([key]) => key !== left));
      const older =
        group === "settings" ? { ...rest, guards, sampling } : { ...DEFAULT_SETTINGS, [group]: rest };
      assert.deepEqual(
        parseRequest(generate({ settings: older })),
        generate({ settings: DEFAULT_SETTINGS }),
        left,
      );
    }
});

table(
  "a continued run keeps what its trace recorded, outside the bounds of the settings",
  [
    { name: "a repetition penalty below 1", change: { repetitionPenalty: 0.9 } },
    { name: "a negative seed", change: { seed: -1 } },
    { name: "a temperature above 10", change: { temperature: 11 } },
  ],
  ({ change }) => {
    const recorded = { ...DEFAULT_SETTINGS, sampling: { ...DEFAULT_SETTINGS.sampling, ...change } };
    assert.equal(verdictOn(generate({ settings: recorded, continueFrom })), "fine");
    assert.notEqual(verdictOn(generate({ settings: recorded })), "fine");
  },
);
