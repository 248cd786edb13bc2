// The scripted engine: recites, keeps a real sequence, and misbehaves on request.
import assert from "node:assert/strict";
import { test } from "vitest";
import { createScriptedEngine, type ScriptedOptions } from "../../../../server/engine/scripted/scripted.ts";
import { EngineError, type EngineFault } from "../../../../server/engine/errors.ts";
import { tokenizeFragments } from "../../../../server/engine/engine.ts";

const decoder = new TextDecoder();

/** Decodes greedily, one token at a time, and gives the text. */
async function recite(prompt: string, options: ScriptedOptions): Promise<string> {
  const engine = createScriptedEngine(options);
  const { target, tokenizer } = engine;
  let tokens = tokenizeFragments(tokenizer, [
    { kind: "control", text: `<|user|>` },
    { kind: "text", text: prompt },
    { kind: "control", text: "<|assistant|>" },
  ]);
  const bytes: Uint8Array[] = [];
  for (;;) {
    const rows = await target.evaluate(tokens, { rows: "all", topK: 4, signal: { aborted: false } });
    const token = rows.ids[(rows.rows - 1) * rows.width]!;
    if (target.isEndOfText(token)) return decoder.decode(Buffer.concat(bytes));
    bytes.push(tokenizer.bytesOf(token));
    tokens = Int32Array.of(token);
  }
}

const answers = [{ when: "cat", text: "The cat sat. Schöner Tag, 😀!" }, { text: "I don't know." }];

const recitals: [string, string][] = [
  ["Tell me of the cat", "The cat sat. Schöner Tag, 😀!"],
  ["Tell me of the dog", "I don't know."],
];
for (const [prompt, expected] of recitals)
  test(`recites "${expected}"`, async () => {
    assert.equal(await recite(prompt, { answers }), expected);
  });

test("a control token's name typed by a user remains text", () => {
  const { tokenizer, target } = createScriptedEngine({ answers });
  const typed = tokenizer.tokenize("a<|end|>b", false);
  assert.ok(!typed.some((token) => target.isEndOfText(token)));
  assert.equal(tokenizer.tokenize("<|end|>", true).length, 1);
  assert.equal(decoder.decode(Buffer.concat(typed.map((token) => tokenizer.bytesOf(token)))), "a<|end|>b");
});

test("evaluating again after a rollback gives the same rows", async () => {
  const { target } = createScriptedEngine({ answers });
  const options = { rows: "all", topK: 8, signal: { aborted: false } } as const;
  const first = await target.evaluate(Int32Array.of(1, 2, 3), options);
  await target.rollback(1);
  const again = await target.evaluate(Int32Array.of(2, 3), options);
  assert.deepEqual(again.ids, first.ids.slice(8));
  assert.deepEqual(again.logits, first.logits.slice(8));
});

test("rows are descending and name each token once", async () => {
  const { target } = createScriptedEngine({ answers });
  const { ids, logits } = await target.evaluate(Int32Array.of(1), {
    rows: "all",
    topK: 64,
    signal: { aborted: false },
  });
  assert.equal(new Set(ids).size, 64);
  assert.ok(logits.every((logit, i) => i === 0 || logits[i - 1]! >= logit));
});

const faults: [string, Partial<ScriptedOptions>, number, EngineFault["tag"]][] = [
  ["a crash", { crashAt: 1 }, 3, "scriptedCrash"],
  ["a context that is full", { contextTokens: 4 }, 5, "contextOverflow"],
];
for (const [name, options, tokens, tag] of faults)
  test(`reports ${name}`, async () => {
    const { target } = createScriptedEngine({ answers, ...options });
    const work = async () => {
      for (let i = 0; i < tokens; i++)
        await target.evaluate(Int32Array.of(1), { rows: "all", topK: 4, signal: { aborted: false } });
    };
    await assert.rejects(work, (error) => error instanceof EngineError && error.fault.tag === tag);
  });
