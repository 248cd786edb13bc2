// Stop sequences: the answer ends before the first that is completed, however tokens split it and whatever was drafted.
import assert from "node:assert/strict";
import { test } from "vitest";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { applyTemplate } from "../../../../server/worker/prompt/prompt.ts";
import { SCRIPTED_COSTS } from "../../../../server/worker/model/scriptedModel.ts";
import { Session } from "../../../../server/worker/session/session.ts";
import { stopCheck } from "../../../../server/worker/session/stopSequences.ts";
import { STRATEGIES, type Strategy } from "../../../../core/laser/index.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../../../core/settings/index.ts";
import { checkIdentities, checkTrace, StopText, type Trace } from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";

const ANSWER = "One two three. One two three. Grüße, 😀! User: what? One two three.";

interface Run {
  readonly trace: Trace;
  /** The text as it was reported while running. */
  readonly live: string;
}

async function run(
  settings: Partial<GenerationSettings>,
  prompt = "Tell me",
  text = ANSWER,
  mostSteps = Infinity,
): Promise<Run> {
  const controller = new AbortController();
  let steps = 0;
  const engine = createScriptedEngine({ answers: [{ text }] });
  const session = new Session({ engine, costs: SCRIPTED_COSTS, generator: "test", frozenCosts: true });
  const prepared = applyTemplate([{ role: "user", content: prompt }], null, engine, new Date(0), false);
  let live = "";
  const { trace } = await session.generate({
    prompt: prepared,
    settings: { ...DEFAULT_SETTINGS, ...settings },
    pool: null,
    signal: controller.signal,
    onEvent: (event) => {
      if (event.kind !== "step") return;
      for (const piece of event.pieces) live += piece.text;
      if (++steps >= mostSteps) controller.abort();
    },
  });
  return { trace, live };
}

table(
  "an answer",
  [
    { name: "without a stop", stop: [], text: ANSWER, finish: "endOfText" },
    {
      name: "whose stop never comes",
      stop: ["User :", "three. One two four"],
      text: ANSWER,
      finish: "endOfText",
    },
    { name: "that ends at once", stop: ["One"], text: "", finish: "stop" },
    { name: "whose stop is within a token", stop: ["hre"], text: "One two t", finish: "stop" },
    { name: "whose stop spans tokens", stop: ["ree. O"], text: "One two th", finish: "stop" },
    {
      name: "whose stop is inside what a draft repeats",
      stop: ["two three. G"],
      text: "One two three. One ",
      finish: "stop",
    },
    {
      name: "whose stop has characters of several bytes",
      stop: ["ße, 😀"],
      text: "One two three. One two three. Grü",
      finish: "stop",
    },
    {
      name: "whose stop begins twice",
      stop: ["three. Grü"],
      text: "One two three. One two ",
      finish: "stop",
    },
    {
      name: "with several stops, of which a later one comes first",
      stop: ["User", "😀", "zzz"],
      text: "One two three. One two three. Grüße, ",
      finish: "stop",
    },
    {
      name: "with a stop in a longer one",
      stop: ["😀! User: who", "Us"],
      text: "One two three. One two three. Grüße, 😀! ",
      finish: "stop",
    },
    {
      name: "with a stop that could begin before another",
      stop: ["three. X", "ee"],
      text: "One two thr",
      finish: "stop",
    },
  ] as const,
  async ({ stop, text, finish }) => {
    const outcomes = new Map<Strategy, readonly number[]>();
    for (const strategy of STRATEGIES) {
      const { trace, live } = await run({ stop: [...stop], strategy });
      assert.deepEqual([trace.result.text, live, trace.result.finish], [text, text, finish], strategy);
      assert.deepEqual(checkIdentities(trace), [], strategy);
      assert.deepEqual(trace.request.stop, stop.length === 0 ? undefined : [...stop]);
      assert.equal(checkTrace(JSON.parse(JSON.stringify(trace))).result.text, text);
      outcomes.set(strategy, trace.result.tokens);
    }
    const plain = outcomes.get("plain");
    for (const strategy of ["prompt-lookup", "laser-strict"] as const)
      assert.deepEqual(outcomes.get(strategy), plain, strategy);
  },
);

test("drafts are sent if a stop is given, and none contains the token that completes it", async () => {
  const { trace } = await run({ stop: ["User"], strategy: "prompt-lookup" }, ANSWER);
  assert.ok(trace.steps.some(({ draft }) => draft.length > 2));
  const drafted = trace.steps.flatMap(({ draft }) => draft.map(({ id }) => trace.tokens[String(id)]));
  assert.ok(!drafted.includes(" User"));
  assert.equal(trace.tokens[String(trace.steps.at(-1)?.next.id)], " User");
  assert.equal(trace.result.text, ANSWER.slice(0, ANSWER.indexOf("User")));
});

test("neither a stop in the prompt nor one that begins there ends the answer", async () => {
  const { trace } = await run({ stop: ["Tell", "me<|assistant|>One", "meOne"] });
  assert.equal(trace.result.finish, "endOfText");
});

test("a stop that the last allowed token completes counts; text that may only begin one is kept", async () => {
  const cut = await run({ stop: ["two"], maxTokens: 2, strategy: "plain" });
  assert.deepEqual([cut.trace.result.finish, cut.trace.result.text, cut.live], ["stop", "One ", "One "]);
  const kept = await run({ stop: ["two three."], maxTokens: 2, strategy: "plain" });
  assert.deepEqual(
    [kept.trace.result.finish, kept.trace.result.text, kept.live],
    ["maxTokens", "One two", "One two"],
  );
});

test("an interrupted run has the text that it showed: a possible beginning of a stop is undecided", async () => {
  const { trace, live } = await run({ stop: ["two three four"], strategy: "plain" }, "Tell me", ANSWER, 2);
  assert.equal(trace.result.finish, "stopped");
  assert.deepEqual([trace.result.text, live], ["One ", "One "]);
  assert.equal(checkTrace(JSON.parse(JSON.stringify(trace))).result.text, "One ");
});

test("bytes and text agree on random answers and stops", () => {
  const letters = ["a", "b", "ü", "😀"];
  let state = 1;
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  const word = (length: number): string => Array.from({ length }, () => letters[below(4)]).join("");
  for (let round = 0; round < 2000; round++) {
    const stops = Array.from({ length: 1 + below(3) }, () => word(1 + below(4)));
    const bytes = new TextEncoder().encode(word(12));
    const check = stopCheck(stops, (token) => [token])!;
    const at = check.indexIn(bytes);
    const found = bytes.findIndex((byte) => check.commit([byte]));
    assert.equal(at, found);
    const text = new TextDecoder().decode(bytes);
    const first = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
    assert.equal(found >= 0, first.length > 0);
    if (found < 0) continue;
    const written = new TextDecoder().decode(bytes.subarray(0, found + 1));
    const answer = new StopText(stops);
    const shown = Array.from(written, (letter) => answer.push(letter)).join("") + answer.end(true);
    assert.ok(written.startsWith(shown) && stops.some((stop) => written.startsWith(stop, shown.length)));
    assert.ok(stops.every((stop) => !shown.includes(stop)));
  }
});
