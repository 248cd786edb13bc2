// Names of what exists outside a prompt: pool files, groups and models, completed, checked and corrected by the real server,
// whose
// worker reads the pool.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, test, type TestContext } from "vitest";
import { createScriptedEngine } from "../../../server/engine/index.ts";
import { writePoolFile } from "../../../server/pools/index.ts";
import { storedPool } from "../../../server/worker/index.ts";
import { placesRequest, type Places } from "../../../server/protocol/methods.ts";
import { table, temporaryFolder } from "../../support/check.ts";
import { ask, type Question } from "../../support/process/languageTable.ts";
import { readyServer, type ServerClient } from "../../support/process/serverClient.ts";

const ANSWERS = [
  { id: "a", group: "Drama: war", text: "one two" },
  { id: "b", group: "Comedy", text: "three" },
  { id: "c", group: null, text: "four" },
];

interface Opened {
  readonly server: ServerClient;
  readonly folder: string;
  /** Asks of a prompt file in the folder. */
  readonly ask: (document: string, question: Question) => Promise<readonly string[]>;
}

async function opened(context: TestContext, places: Partial<Places> = {}, options = {}): Promise<Opened> {
  const folder = temporaryFolder(context);
  mkdirSync(path.join(folder, "pools"));
  for (const name of ["films.laserpool", "pools/a, b.laserpool"])
    await writePoolFile(
      path.join(folder, name),
      storedPool(ANSWERS, createScriptedEngine({ answers: ANSWERS }), 1000),
    );
  const server = await readyServer(context, { script: { answers: [{ text: "Yes." }] }, options });
  server.connection.onRequest(placesRequest.method, (): Places => ({
    ...{ poolFile: null, modelFolders: [] },
    ...places,
  }));
  let files = 0;
  return {
    server,
    folder,
    ask: (document, question) =>
      ask(server, pathToFileURL(path.join(folder, `p${files++}.prompty`)).href, document, question),
  };
}

/** One server for what needs no other settings. */
let shared: Opened;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  const context = { onTestFinished: (end: () => unknown) => ends.push(end) };
  shared = await opened(context as unknown as TestContext);
});
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

const prompt = (yaml: string): string => `---\n${yaml}\n---\nuser:\nHello\n`;

table(
  "completion of what exists",
  [
    {
      name: "pools",
      document: "laser:\n  pool: ‸",
      ask: "completion",
      is: ["films.laserpool", "pools/a, b.laserpool"],
    },
    {
      name: "a path without quotes if none are needed, before a comment",
      document: "laser:\n  pool: fi‸lm # why",
      ask: "complete films.laserpool",
      text: "laser:\n  pool: films.laserpool # why",
    },
    {
      name: "a comma needs none on a line of its own, where the blank is added",
      document: "laser:\n  pool:‸",
      ask: "complete pools/a, b.laserpool",
      text: "laser:\n  pool: pools/a, b.laserpool",
    },
    {
      name: "but does in a flow map, whose other keys stay",
      document: "laser: {pool: ‸x, maxTokens: 5}",
      ask: "complete pools/a, b.laserpool",
      text: 'laser: {pool: "pools/a, b.laserpool", maxTokens: 5}',
    },
    {
      name: "groups of the prompt's pool",
      document: "laser:\n  pool: films.laserpool\n  group: ‸",
      ask: "completion",
      is: ["Comedy", "Drama: war"],
    },
    {
      name: "a group with a colon is written in quotes",
      document: "laser:\n  pool: films.laserpool\n  group: ‸",
      ask: "complete Drama: war",
      text: 'laser:\n  pool: films.laserpool\n  group: "Drama: war"',
    },
    { name: "no groups without a pool", document: "laser:\n  group: ‸", ask: "completion", is: [] },
  ] as const,
  async ({ document, ask: question, ...expected }) => {
    const found = await shared.ask(prompt(document), question);
    assert.deepEqual(found, "is" in expected ? expected.is : [prompt(expected.text)]);
  },
);

test("without a pool of its own a prompt has the groups of the setting's, and models are named", async (context) => {
  const { ask: answer } = await opened(context, { poolFile: path.join(shared.folder, "films.laserpool") });
  assert.deepEqual(await answer(prompt("laser:\n  group: ‸"), "completion"), ["Comedy", "Drama: war"]);
  const models = await answer(prompt("model:\n  id: ‸"), "completion");
  assert.ok(models.includes("smollm2-135m-instruct"), models.join(", "));
});

/** The warnings of pool and group in a document that stays open. */
async function warnings({ server, folder }: Opened, yaml: string): Promise<readonly string[]> {
  const uri = pathToFileURL(path.join(folder, "open.prompty")).href;
  const from = server.received.length;
  await server.connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "prompty", version: 1, text: prompt(yaml) },
  });
  const found = await server.until((received) => {
    if (received.kind !== "diagnostics" || received.published.uri !== uri) return null;
    const ours = received.published.diagnostics.filter(({ code }) => /^(?:group|pool)/.test(String(code)));
    if (ours.length === 0) return null;
    return ours.map(
      ({ code, message }) => `${code}: ${typeof message === "string" ? message : message.value}`,
    );
  }, from);
  await server.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  return found;
}

test("a pool that is not there and a group that it has not are warnings", async () => {
  const window = shared;
  assert.deepEqual(await warnings(window, "laser: {pool: film.laserpool}"), [
    `poolMissing: There is no pool at ${path.join(window.folder, "film.laserpool")}.`,
  ]);
  assert.deepEqual(await warnings(window, "laser: {pool: films.laserpool, group: Comdy}"), [
    'groupUnknown: The pool films.laserpool has no group "Comdy". Did you mean "Comedy"?',
  ]);
  assert.deepEqual(await warnings(window, "laser: {pool: films.laserpool, group: War}"), [
    'groupUnknown: The pool films.laserpool has no group "War". It has Comedy, Drama: war.',
  ]);
});

test("what an untrusted prompt names is not looked at", async (context) => {
  const { ask: answer } = await opened(context, {}, { trusted: false });
  const document = prompt("laser:\n  pool: films.laserpool\n  group: ‸");
  assert.deepEqual(await answer(document, "completion"), []);
});

test("fixes name the nearest pool and the nearest group", async () => {
  const { server, folder } = shared;
  for (const [yaml, key, wanted] of [
    ["laser: {pool: film.laserpool}", "pool", "films.laserpool"],
    ["laser: {pool: films.laserpool, group: Comdy}", "group", "Comedy"],
  ] as const) {
    const uri = pathToFileURL(path.join(folder, `${key}.prompty`)).href;
    const text = prompt(yaml);
    writeFileSync(path.join(folder, `${key}.prompty`), text);
    await server.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "prompty", version: 1, text },
    });
    const diagnostics = await server.until((received) => {
      if (received.kind !== "diagnostics" || received.published.uri !== uri) return null;
      return received.published.diagnostics.length > 0 ? received.published.diagnostics : null;
    });
    const at = diagnostics[0]!.range;
    const actions = await server.connection.sendRequest<{ title: string }[]>("textDocument/codeAction", {
      ...{ textDocument: { uri }, range: at, context: { diagnostics } },
    });
    assert.deepEqual(
      actions.map(({ title }) => title),
      [`Change to "${wanted}"`],
    );
  }
});
