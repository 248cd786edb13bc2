// A prompt that begins as the one before it is not read again, and what is written does not change.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ReadPrefix, type DecodeEvent, type PrefillChunk } from "../../../../core/laser/index.ts";
import { ScriptedTarget } from "../../../../server/engine/scripted/scriptedTarget.ts";
import { table } from "../../../support/check.ts";
import { END_OF_TEXT, markovScript, randomTokens, runDecode } from "../../../support/decoding/runDecode.ts";
import { seededRandom } from "../../../support/random.ts";

const WORDS = 300;
const signal = { aborted: false };

/** Chunks of one prompt, 0, 1, 2 …: "128 72", or with threads "128×2". */
function chunksOf(text: string): PrefillChunk[] {
  let from = 0;
  return text.split(" ").map((part) => {
    const [size = 0, threads] = part.split("×").map(Number);
    const tokens = Int32Array.from({ length: size }, (_, at) => from + at);
    from += size;
    return { tokens, keptTokens: size, ...(threads !== undefined && { threads }) };
  });
}

table(
  "what is kept of a prompt that was read",
  [
    { name: "the same", read: "128 72", wanted: "128 72", kept: 200 },
    { name: "a longer one", read: "128 72", wanted: "128 90", kept: 128 },
    { name: "a shorter one", read: "128 72", wanted: "128", kept: 128 },
    { name: "in other pieces", read: "128 72", wanted: "64 64 72", kept: 0 },
    { name: "by other threads", read: "128×2 72×2", wanted: "128×1 72×1", kept: 0 },
    { name: "by the same threads", read: "128×2 72×2", wanted: "128×2 72×2", kept: 200 },
    { name: "after a cut at a boundary", read: "128 72", cut: 128, wanted: "128 72", kept: 128 },
    { name: "after a cut inside of a piece", read: "128 72", cut: 127, wanted: "128 72", kept: 0 },
    { name: "with rows", read: "128 72", rows: "all" as const, wanted: "128 72", kept: 0 },
    { name: "with fillers", read: "128 72", fillers: 1, wanted: "128 72", kept: 0 },
  ],
  async ({ read, wanted, kept, cut, rows = "none" as const, fillers = 0 }) => {
    const prefix = new ReadPrefix();
    let before = 0;
    for (const { tokens, threads } of chunksOf(read)) {
      prefix.evaluated(tokens, before, { rows, topK: 0, fillers, signal, ...(threads && { threads }) });
      before += tokens.length;
    }
    if (cut !== undefined) prefix.cut(cut);
    let rolledBackTo: number | null = null;
    const tokens = await prefix.keep(chunksOf(wanted), (keptTokens) => {
      rolledBackTo = keptTokens;
    });
    assert.deepEqual([tokens, rolledBackTo], [kept, kept]);
  },
);

test("prompts one after another on one target are answered as on a new one, reading only what differs", async () => {
  const random = seededRandom(7);
  const target = (): ScriptedTarget => new ScriptedTarget(WORDS, 1024, END_OF_TEXT, markovScript(3, WORDS));
  const used = target();
  let prompt = randomTokens(random, 400, WORDS);
  let before: readonly number[] = [];
  let saved = 0;
  for (let round = 0; round < 30; round++) {
    const fresh = await runDecode({ target: target(), prompt });
    const again = await runDecode({ target: used, prompt, keepsPrefix: true });
    assert.deepEqual(again.result.tokens, fresh.result.tokens, `round ${round}`);
    assert.equal(fresh.result.prefillTokens, prompt.length - 1);
    const alike = commonTokens(prompt, before);
    assert.ok(again.result.prefillTokens >= prompt.length - 1 - alike, `round ${round}`);
    assert.ok(again.result.prefillTokens <= prompt.length - 1 - Math.floor(alike / 128) * 128);
    saved += fresh.result.prefillTokens - again.result.prefillTokens;
    before = prompt;
    const keeps = random.below(prompt.length);
    prompt = round % 5 === 0 ? prompt : [...prompt.slice(0, keeps), ...randomTokens(random, 200, WORDS)];
  }
  assert.ok(saved > 0, "nothing was kept");
});

test("progress begins at what is kept, and a run without the wish for it reads all", async () => {
  const target = new ScriptedTarget(WORDS, 1024, END_OF_TEXT, markovScript(3, WORDS));
  const prompt = randomTokens(seededRandom(1), 300, WORDS);
  await runDecode({ target, prompt });
  const seen: DecodeEvent[] = [];
  await runDecode({
    target,
    prompt: [...prompt, 5, 6],
    keepsPrefix: true,
    onEvent: (event) => seen.push(event),
  });
  const reading = seen.flatMap((event) => (event.kind === "prefill" ? [event] : []));
  assert.deepEqual(reading, [{ kind: "prefill", doneTokens: 301, totalTokens: 301, heldTokens: 256, ms: 1 }]);
  assert.equal((await runDecode({ target, prompt })).result.prefillTokens, 299);
});

function commonTokens(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((token, place) => token !== b[place]);
  return at < 0 ? a.length : at;
}
