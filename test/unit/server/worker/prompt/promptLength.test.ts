// A prompt that can't fit the context is refused by its length; what may fit is left to the count of its tokens.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { describeError } from "../../../../../core/base/index.ts";
import { DecodeError } from "../../../../../core/laser/index.ts";
import { ModelHolder } from "../../../../../server/worker/process/loaded.ts";
import { scriptedLoader } from "../../../../../server/worker/model/loadModel.ts";
import { checkPromptLength } from "../../../../../server/worker/prompt/promptLength.ts";
import { temporaryFolder } from "../../../../support/check.ts";

test("only what the longest token throughout could not shorten enough is refused", async (context) => {
  const script = path.join(temporaryFolder(context), "s.json");
  writeFileSync(script, JSON.stringify({ answers: [{ text: "Hello." }] }));
  const holder = new ModelHolder(scriptedLoader(script, "test"));
  const hooks = { signal: new AbortController().signal, onProgress: () => undefined, log: () => undefined };
  await holder.load({ gpu: "off", contextTokens: 256 }, hooks);
  const { engine } = holder.session;
  const { tokenizer, target } = engine;
  const longest = Math.max(
    ...Array.from({ length: target.vocabularySize }, (_, token) => tokenizer.bytesOf(token).length),
  );
  const check = (text: string): void => {
    checkPromptLength(
      [
        { role: "system", content: "" },
        { role: "user", content: text },
      ],
      engine,
    );
  };
  // Shorter texts are not looked at: their tokens are quickly counted.
  check("x".repeat(64 * 256));
  const bytes = Math.max(64, longest) * 256 + longest;
  const refused = (error: unknown): boolean => {
    assert.equal(error instanceof DecodeError && error.fault.tag, "contextTooSmall");
    assert.match(
      describeError(error).message,
      /^The prompt has at least \d+ tokens, but the context holds only 256\.$/,
    );
    return true;
  };
  assert.throws(() => {
    check("x".repeat(bytes));
  }, refused);
  await holder.unload();
});
