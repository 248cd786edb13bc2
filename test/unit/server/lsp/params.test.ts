// Requests from a client that sends something else than it should: each is refused by its method and field.
import assert from "node:assert/strict";
import { test } from "vitest";
import * as methods from "../../../../server/protocol/methods.ts";
import { ServerError } from "../../../../server/lsp/errors.ts";
import { readParams } from "../../../../server/lsp/params.ts";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import { table } from "../../../support/check.ts";

const RUN = {
  runId: "a",
  model: { gpu: "off", contextTokens: 4096 },
  generate: { source: "Hi", promptFile: null, values: {}, settings: DEFAULT_SETTINGS, poolPath: null },
  traceFolder: null,
  traceForm: "plain",
  whenBusy: "queue",
};

test("a client's message reaches its handler, without unknown fields", () => {
  assert.deepEqual(readParams(methods.runRequest, { ...RUN, extra: 1 }), RUN);
  assert.deepEqual(readParams(methods.stopRequest, { runId: "a" }), { runId: "a" });
  for (const nothing of [null, undefined]) assert.equal(readParams(methods.modelsRequest, nothing), nothing);
});

const { runRequest, stopRequest, modelFilesRequest, fetchRequest, devicesRequest, installBackendRequest } =
  methods;
const wrong: readonly {
  readonly name: string;
  readonly method: methods.Method<never, unknown>;
  readonly given: unknown;
  readonly reason: string;
}[] = [
  { name: "nothing", method: runRequest, given: null, reason: "what it was sent must be object" },
  { name: "a number", method: stopRequest, given: 3, reason: "what it was sent must be object" },
  { name: "no id", method: stopRequest, given: {}, reason: "runId is missing" },
  {
    name: "an empty id",
    method: fetchRequest,
    given: { runId: "", catalogueId: "x" },
    reason: "runId must not have fewer than 1 characters",
  },
  {
    name: "a word other than these three",
    method: runRequest,
    given: { ...RUN, whenBusy: "later" },
    reason: "whenBusy must be one of queue, stop, refuse",
  },
  {
    name: "a prompt that is not an object",
    method: runRequest,
    given: { ...RUN, generate: "Hi" },
    reason: "generate must be object",
  },
  {
    name: "a prompt file that is not text",
    method: runRequest,
    given: { ...RUN, generate: { ...RUN.generate, promptFile: 1 } },
    reason: "generate.promptFile matches none of its possible forms",
  },
  {
    name: "a folder that is not text",
    method: modelFilesRequest,
    given: { folders: ["/a", null] },
    reason: "folders.1 must be string",
  },
  {
    name: "no choice",
    method: devicesRequest,
    given: { runId: "a" },
    reason: "again is missing",
  },
  {
    name: "a back end that is not text",
    method: installBackendRequest,
    given: { runId: "a", backend: {} },
    reason: "backend must be string",
  },
];

table("is refused by method and field", wrong, ({ method, given, reason }) => {
  assert.throws(
    () => readParams(method, given),
    (error) => {
      assert.ok(error instanceof ServerError);
      assert.deepEqual(error.fault, { tag: "paramsInvalid", method: method.method, reason });
      return true;
    },
  );
});
