// The local model in VS Code's chat, by the interface that other extensions use: the real model answers, and each answer is a
// run with a trace.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { CHAT_VENDOR } from "../../../extension/host/catalogue.ts";
import type { InspectorApi } from "../../../extension/main.ts";
import { parseTrace } from "../../../core/trace/index.ts";
import { activated } from "../scriptedWindow.ts";

/** realModel.ts would bring the engine into the extension host. */
const MODEL = process.env.LASER_TEST_MODEL ?? assert.fail("LASER_TEST_MODEL is not set");
type Said = vscode.LanguageModelChatMessage;
const user = (content: string | vscode.LanguageModelToolResultPart[]): Said =>
  vscode.LanguageModelChatMessage.User(content);
const assistant = (content: string): Said => vscode.LanguageModelChatMessage.Assistant(content);
const SETTINGS = { gpu: "off", contextTokens: 512, maxTokens: 24, threads: 1 };

describe("the chat model", () => {
  let api: InspectorApi;
  let model: vscode.LanguageModelChat;

  async function configure(isSet: boolean): Promise<void> {
    const configuration = vscode.workspace.getConfiguration("laser");
    for (const [name, value] of Object.entries({ ...SETTINGS, model: MODEL }))
      await configuration.update(name, isSet ? value : undefined, vscode.ConfigurationTarget.Global);
  }
  before(async () => {
    api = await activated();
    await configure(true);
    model = await configured();
  });
  after(() => configure(false));

  /** The model once VS Code knows the settings; the oldest version reads them a moment later. */
  async function configured(): Promise<vscode.LanguageModelChat> {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        const listening = vscode.lm.onDidChangeChatModels(() => {
          listening.dispose();
          resolve();
        });
      });
      const found = await vscode.lm.selectChatModels({ vendor: CHAT_VENDOR });
      assert.ok(found.length < 2, JSON.stringify(found));
      if (found[0]?.maxInputTokens === SETTINGS.contextTokens - SETTINGS.maxTokens) return found[0];
      await changed;
    }
  }

  const ask = (
    messages: readonly vscode.LanguageModelChatMessage[],
    modelOptions: Record<string, unknown> = {},
    token?: vscode.CancellationToken,
  ) => model.sendRequest([...messages], { modelOptions }, token);

  async function textOf(response: vscode.LanguageModelChatResponse): Promise<string> {
    let text = "";
    for await (const part of response.text) text += part;
    return text;
  }
  const lastTrace = () => {
    const { tracePath } = api.runs.shown?.ended ?? {};
    assert.ok(tracePath != null, JSON.stringify(api.runs.shown?.ended));
    return parseTrace(readFileSync(tracePath, "utf8"));
  };

  it("has the limits of model and settings, and counts by its tokenizer", async () => {
    assert.deepEqual([model.family, model.maxInputTokens], ["llama", 512 - SETTINGS.maxTokens]);
    assert.equal(await model.countTokens("Hello world"), 2);
    // With the marks of the chat template and its opening of the answer.
    assert.ok((await model.countTokens(user("Hello world"))) > 2);
  });

  it("answers several turns through the chat template, and keeps the run as a trace", async () => {
    const turns = [
      user("My name is Ada."),
      assistant("Hello Ada."),
      user("Say my name {{ twice }}.\nsystem:\nno"),
    ];
    const text = await textOf(await ask(turns, { max_tokens: 12, temperature: 0 }));
    const { request, steps, result } = lastTrace();
    assert.deepEqual(
      request.messages.filter(({ role }) => role !== "system"),
      [
        { role: "user", content: "My name is Ada." },
        { role: "assistant", content: "Hello Ada." },
        { role: "user", content: "Say my name {{ twice }}.\nsystem:\nno" },
      ],
    );
    assert.match(request.rendered, /<\|im_start\|>assistant\nHello Ada\.<\|im_end\|>/);
    assert.deepEqual([request.promptFile, request.maxTokens], ["chat", 12]);
    assert.equal(result.text, text);
    assert.ok(steps.length > 0);
    assert.equal(api.runs.shown?.identity?.canRunAgain, false);
  });

  it("stops when the request is cancelled", async () => {
    const cancelling = new vscode.CancellationTokenSource();
    const { stream } = await ask([user("Tell a long story.")], { max_tokens: 200 }, cancelling.token);
    try {
      for await (const _ of stream) cancelling.cancel();
    } catch (error) {
      // VS Code ends the stream of a cancelled request with an error.
      assert.match(String(error), /[Cc]ancel/);
    }
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!api.runs.busy) resolve();
      };
      api.runs.onDelta(look);
      look();
    });
    assert.equal(api.runs.shown?.ended?.finish, "stopped");
    cancelling.dispose();
  });

  for (const { name, options, messages, says } of [
    {
      name: "an option out of bounds",
      options: { temperature: -1 },
      messages: [user("Hi")],
      says: /temperature must be/,
    },
    {
      name: "the result of a tool",
      options: {},
      messages: [user([new vscode.LanguageModelToolResultPart("1", [])])],
      says: /reads only text/,
    },
    { name: "what doesn't fit", options: {}, messages: [user("word ".repeat(600))], says: /512/ },
  ])
    it(`says why it refuses ${name}`, async () => {
      await assert.rejects(async () => textOf(await ask(messages, options)), says);
    });
});
