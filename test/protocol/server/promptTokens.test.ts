// Token counts of an open prompt, by the real worker with a scripted model.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { Hover } from "vscode-languageserver/node";
import {
  chatTokensRequest,
  promptTokensRequest,
  renderedPromptRequest,
} from "../../../server/protocol/methods.ts";
import { readyServer, type ServerClient } from "../../support/process/serverClient.ts";

const SCRIPT = { answers: [{ text: "Yes." }] };
const URI = "untitled:tokens.prompty";
const SOURCE = `---
sample:
  who: Mary
---
user:
Hello {{ who }}, good morning.
`;

async function open(server: ServerClient, text: string): Promise<void> {
  await server.connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri: URI, languageId: "prompty", version: 1, text },
  });
}

const ask = (server: ServerClient, contextTokens: number) =>
  server.request(promptTokensRequest, { uri: URI, model: { contextTokens }, systemInUserTurn: false });

test("a prompt is counted as the model gets it, and each section as it is written", async (context) => {
  const server = await readyServer(context, { script: SCRIPT });
  await open(server, SOURCE);
  const counted = await ask(server, 4096);
  assert.ok(counted !== null);
  const { promptTokens, contextTokens, error, sections } = counted;
  assert.deepEqual([contextTokens, error, sections.length], [4096, null, 1]);
  const [section] = sections;
  assert.ok(section !== undefined && promptTokens !== null);
  const text = "Hello {{ who }}, good morning.";
  assert.equal(SOURCE.slice(section.start, section.start + (section.ends.at(-1) ?? 0)), text);
  assert.deepEqual(
    section.ends,
    section.ends.toSorted((a, b) => a - b),
  );
  // A hover counts the value by the same model from here on.
  const position = { line: 5, character: 10 };
  const hover = await server.connection.sendRequest<Hover>("textDocument/hover", {
    ...{ textDocument: { uri: URI }, position },
  });
  assert.match((hover.contents as { value: string }).value, /Mary[^]*\d+ tokens?$/);
});

test("a prompt that leaves the answer no room is a problem until it is shorter", async (context) => {
  const server = await readyServer(context, { script: SCRIPT });
  await open(server, SOURCE.replace("good", "good ".repeat(80)));
  const codes = (isTooLong: boolean): Promise<true> => {
    const from = server.received.length;
    return server.until(
      (received) =>
        received.kind === "diagnostics" &&
        received.published.diagnostics.some(({ code }) => code === "promptTooLong") === isTooLong
          ? true
          : null,
      from,
    );
  };
  const tooLong = codes(true);
  await ask(server, 64);
  await tooLong;
  const isFine = codes(false);
  await ask(server, 4096);
  await isFine;
});

test("a context beyond what the model was made for is reported with the first count", async (context) => {
  const server = await readyServer(context, { script: { ...SCRIPT, contextTokens: 64 } });
  await open(server, SOURCE.replace("good", "good ".repeat(80)));
  const problem = server.until((received) =>
    received.kind === "diagnostics"
      ? (received.published.diagnostics.find(({ code }) => code === "promptTooLong") ?? null)
      : null,
  );
  const counted = await ask(server, 4096);
  assert.deepEqual(
    [counted?.contextTokens, counted?.contextNote],
    [64, "laser.contextTokens asks for 4096 tokens, but the model was made for 64: only that many are used."],
  );
  // Raising the setting would help nothing.
  const { message } = await problem;
  assert.match(
    typeof message === "string" ? message : message.value,
    /choose another model: this one was not made for more\.$/,
  );
  assert.equal((await ask(server, 64))?.contextNote, null);
});

test("a document that is not open has no count, and an untrusted workspace is not counted", async (context) => {
  const server = await readyServer(context, { script: SCRIPT, options: { trusted: false } });
  await open(server, SOURCE);
  const params = { uri: URI, model: { contextTokens: 4096 }, systemInUserTurn: false };
  assert.equal((await server.refused(promptTokensRequest, params)).code, "untrusted");
  const trusted = await readyServer(context, { script: SCRIPT });
  assert.equal(await ask(trusted, 4096), null);
});

test("messages of a chat are counted in the template, texts by themselves", async (context) => {
  const server = await readyServer(context, { script: SCRIPT });
  const asked = { model: { contextTokens: 4096 }, systemInUserTurn: false, texts: ["Hello", ""] };
  const one = { role: "user", content: "Hello {{ who }}" } as const;
  const count = async (messages: (typeof one)[]) => server.request(chatTokensRequest, { ...asked, messages });
  const { texts, messages, contextTokens } = await count([one]);
  assert.ok(texts[0]! > 0 && texts[1] === 0, String(texts));
  assert.ok(messages !== null && messages > texts[0]!, String(messages));
  assert.ok((await count([one, one])).messages! > messages);
  assert.deepEqual([(await count([])).messages, contextTokens], [null, 4096]);
});

test("a prompt is shown as the model gets it, or why it can't be", async (context) => {
  const server = await readyServer(context, { script: SCRIPT });
  const ask = (values: Record<string, string>) =>
    server.request(renderedPromptRequest, {
      model: { contextTokens: 4096 },
      prompt: { source: SOURCE, promptFile: "a.prompty", values, systemInUserTurn: false },
    });
  const { prompt, contextTokens } = await ask({ who: "Ada" });
  assert.ok("shown" in prompt && contextTokens === 4096);
  const { messages, rendered } = prompt.shown;
  const content = "Hello Ada, good morning.";
  assert.deepEqual(
    messages.map((message) => [message.role, message.content]),
    [["user", content]],
  );
  assert.ok(rendered.includes(content) && rendered.length > content.length);
  // The template's own tokens count as well.
  assert.ok(messages[0]!.tokens > 0 && messages[0]!.tokens < prompt.tokens);
  const refused = (await ask({ whom: "Ada" })).prompt;
  assert.ok("error" in refused && refused.error.code === "variableUnknown");
});
