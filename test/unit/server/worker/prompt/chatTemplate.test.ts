// A chat template of the user's: it replaces the model's, is read again when its file changes, and a bad file is named.
import assert from "node:assert/strict";
import { utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { describeError } from "../../../../../core/base/index.ts";
import { readChatTemplate } from "../../../../../server/worker/prompt/chatTemplate.ts";
import { ModelHolder } from "../../../../../server/worker/process/loaded.ts";
import { scriptedLoader } from "../../../../../server/worker/model/loadModel.ts";
import { applyTemplate } from "../../../../../server/worker/prompt/prompt.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

test("a template in a file replaces the model's until it changes", async (context) => {
  const folder = temporaryFolder(context);
  const [script, template] = [path.join(folder, "s.json"), path.join(folder, "t.jinja")];
  writeFileSync(script, JSON.stringify({ answers: [{ text: "Hello." }] }));
  writeFileSync(template, "\ufeffA {{ messages[0].content }}");
  const holder = new ModelHolder(scriptedLoader(script, "test"));
  const hooks = {
    signal: new AbortController().signal,
    onProgress: () => undefined,
    log: () => undefined,
  };
  const rendered = async (chatTemplatePath?: string): Promise<string> => {
    const choice = {
      gpu: "off",
      contextTokens: 256,
      ...(chatTemplatePath !== undefined && { chatTemplatePath }),
    };
    await holder.load(choice as Parameters<ModelHolder["load"]>[0], hooks);
    const messages = [{ role: "user", content: "hi" }] as const;
    return applyTemplate(messages, null, holder.session.engine, new Date(0), false).rendered;
  };
  const own = await rendered();
  assert.equal(await rendered(template), "A hi");
  const { session } = holder;
  assert.equal(await rendered(template), "A hi");
  assert.equal(holder.session, session, "the same choice was loaded again");
  writeFileSync(template, "B {{ messages[0].content }}");
  utimesSync(template, 1, 1); // Both may have been written within one tick of the file system's clock.
  assert.equal(await rendered(template), "B hi");
  assert.equal(await rendered(), own);
  await holder.unload();
});

table(
  "a template that can't be used",
  [
    { name: "missing", content: null, says: /there is no such file/ },
    { name: "empty", content: "\n \n", says: /it is empty/ },
    {
      name: "JSON without one",
      content: '{"bos_token": "<s>"}',
      says: /JSON without a template under "chat_template"/,
    },
    { name: "JSON with an empty one", content: '{"chat_template": ""}', says: /it is empty/ },
    {
      name: "named ones without a default",
      content: '{"chat_template": [{"name": "rag", "template": "R"}]}',
      says: /JSON without/,
    },
    { name: "not text", content: Buffer.from([0xff, 0xfe, 0x41, 0x00]), says: /UTF-16/ },
    {
      name: "a megabyte",
      content: "x".repeat(2 ** 20 + 1),
      says: /t\.jinja can't be used: it has more than 1 MiB/,
    },
  ],
  async ({ content, says }, context) => {
    const file = path.join(temporaryFolder(context), "t.jinja");
    if (content !== null) writeFileSync(file, content);
    await assert.rejects(readChatTemplate(file), (error) => {
      assert.match(describeError(error).message, says);
      return true;
    });
  },
);

const JINJA = "{% for m in messages %}[{{ m.content }}]{% endfor %}\n";
table(
  "the template is taken from",
  [
    { name: "Jinja", content: JINJA },
    {
      name: "tokenizer_config.json",
      content: JSON.stringify({ bos_token: "<s>", chat_template: JINJA }, null, 2),
    },
    {
      name: "named ones",
      content: JSON.stringify({
        chat_template: [
          { name: "rag", template: "R" },
          { name: "default", template: JINJA },
        ],
      }),
    },
    { name: "a list of named ones", content: JSON.stringify([{ name: "default", template: JINJA }]) },
    { name: "a JSON text", content: JSON.stringify(JINJA) },
  ],
  async ({ content }, context) => {
    const file = path.join(temporaryFolder(context), "t.json");
    writeFileSync(file, content);
    assert.equal((await readChatTemplate(file)).text, JINJA);
  },
);

table(
  "what begins as JSON and is Jinja stays as it is:",
  [
    { name: "[INST] {{ messages }}" },
    { name: '{"role": "{{ messages[0].role }}"' },
    { name: '"{{ messages }}' },
  ],
  async ({ name }, context) => {
    const file = path.join(temporaryFolder(context), "t.jinja");
    writeFileSync(file, name);
    assert.equal((await readChatTemplate(file)).text, name);
  },
);
