// How probable texts are under a model whose probabilities are known: the scripted engine's.
import assert from "node:assert/strict";
import { test } from "vitest";
import { scoreTokens } from "../../../../core/laser/index.ts";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { EvaluateError, measureLikelihood, type Knowledge } from "../../../../server/evaluate/index.ts";

const CAT = "The cat sat on the mat and the dog sat on the cat. ".repeat(6).trim();
const engine = createScriptedEngine({ answers: [{ when: "cat", text: CAT }, { text: "I can't say." }] });
const { target, tokenizer } = engine;
const { signal } = new AbortController();
const prompt = Int32Array.from([
  ...tokenizer.tokenize("<|user|>", true),
  ...tokenizer.tokenize("the cat", false),
  ...tokenizer.tokenize("<|assistant|>", true),
]);
const tokensOf = (text: string) => tokenizer.tokenize(text, false);
const score = (of: Int32Array, tokens: readonly number[], keptTokens: number) =>
  scoreTokens(target, of, tokens, { keptTokens, signal });

test("a score is the logit of the given token less ln Σ exp of the row, in whatever parts it is evaluated", async () => {
  const tokens = tokensOf(CAT);
  assert.ok(tokens.length > 64, "it is to take several evaluations");
  const recited = await score(prompt, tokens, 0);
  if (recited === null) assert.fail("the scripted engine reports its logits");
  assert.equal(recited.length, tokens.length);
  // The recited token has logit 8; a runner-up has 2 or 6.8, and all others 0.
  for (const value of recited) assert.ok(value < 0 && value > -1, String(value));
  const again = await score(prompt, tokens, prompt.length - 1);
  assert.deepEqual(again, recited, "what was kept of the prompt changes nothing");
  const wrong = [...tokens];
  [wrong[0]] = tokensOf("I") as [number];
  const other = await score(prompt, wrong, prompt.length - 1);
  if (other === null) assert.fail("the runner-up is among the largest logits");
  assert.ok(other[0]! < recited[0]! - 1, "the runner-up is less probable");
  assert.deepEqual([...other].slice(1), [...recited].slice(1), "the script goes by places");
  assert.equal((await score(prompt, [], 0))!.length, 0);
});

const knowledge = (name: string, texts: Readonly<Record<string, string>>): Knowledge => ({
  name,
  path: `${name}.jsonl`,
  texts: new Map(Object.entries(texts)),
  tokens: new Map(Object.entries(texts).map(([id, text]) => [id, tokensOf(text)])),
  failedRows: 0,
});
const scorer = {
  vocabularySize: target.vocabularySize,
  score,
  textOf: (tokens: readonly number[]) =>
    Buffer.concat(tokens.map((token) => tokenizer.bytesOf(token))).toString(),
};
const quiet = { signal, onProgress: () => undefined };
const prompts = ["a", "b"].map((id) => ({ id, tokens: prompt }));

test("the loss of an arm is the mean over items of strict's score minus its own", async () => {
  const strict = knowledge("strict", { a: CAT, b: CAT });
  const changed = CAT.replace("The", "I");
  const found = await measureLikelihood(
    scorer,
    prompts,
    [strict, knowledge("r", { a: changed, b: CAT })],
    quiet,
  );
  const [own, other] = [found!.get("strict")!, found!.get("r")!];
  assert.deepEqual([own.lost.mean, own.lost.error], [0, 0]);
  assert.deepEqual([own.items, own.tokens], [2, 2 * tokensOf(CAT).length]);
  assert.ok(Math.abs(own.perToken - other.perToken - other.lost.mean) < 1e-9);
  assert.ok(other.lost.mean > 0);
  // One item lost something, the other nothing: the error of their mean is half the loss of the one.
  assert.ok(Math.abs(other.lost.error - other.lost.mean) < 1e-9);
});

test("an item with an empty answer in one arm is left out of all, and the others are scored", async () => {
  const strict = knowledge("strict", { a: CAT, b: CAT });
  const emptied = knowledge("r", { a: "", b: CAT });
  const found = await measureLikelihood(scorer, prompts, [strict, emptied], quiet);
  for (const name of ["strict", "r"]) assert.equal(found!.get(name)!.items, 1);
  assert.equal(found!.get("strict")!.tokens, tokensOf(CAT).length);
});

test("answers without tokens are not measured, and those of another model are refused", async () => {
  const strict = knowledge("strict", { a: CAT, b: CAT });
  assert.equal(await measureLikelihood(scorer, prompts, [{ ...strict, tokens: new Map() }], quiet), null);
  const foreign = { ...strict, tokens: new Map([["a", [tokensOf("The")[0]!]]]) };
  await assert.rejects(
    measureLikelihood(scorer, prompts, [foreign], quiet),
    (error) => error instanceof EvaluateError && error.fault.tag === "targetDiffers",
  );
});
