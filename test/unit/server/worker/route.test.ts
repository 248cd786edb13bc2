// What a run is given about its subject: the trace says which group it was sent to, drafts leave out what they must, and an
// older trace without a route opens as before.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parseTrace, routeWords, serialiseTrace, type Trace } from "../../../../core/trace/index.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../../../core/settings/index.ts";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { applyTemplate, loadPool, Session, type GenerateOptions } from "../../../../server/worker/index.ts";
import { askedRun } from "../../../../server/worker/process/asked.ts";
import { SCRIPTED_COSTS } from "../../../../server/worker/model/scriptedModel.ts";

const TEXT = "the sea is wide and the ship is small";
const ANSWERS = [
  { id: "ann", group: "films", text: TEXT },
  { id: "bob", group: "films", text: "the sea is wide and blue" },
  { id: "eve", group: "books", text: "the sea is deep" },
];
const ROUTE = {
  subject: "ann",
  group: "films",
  by: "attribute",
  reason: "first genre; 3 interactions are too few for a collaborative group (needs 5)",
};

async function traceOf(
  settings: Partial<GenerationSettings>,
  given: Partial<GenerateOptions> = {},
): Promise<Trace> {
  const engine = createScriptedEngine({ answers: [{ text: TEXT }] });
  const session = new Session({ engine, costs: SCRIPTED_COSTS, frozenCosts: true, generator: "test 0" });
  const pool = loadPool(
    {
      kind: "answers",
      file: {
        name: "some.jsonl",
        fingerprint: "0123456789abcdef",
        answers: ANSWERS,
        repeated: 0,
        skipped: 0,
      },
    },
    engine,
  );
  const { trace, failure } = await session.generate({
    prompt: applyTemplate([{ role: "user", content: "tell" }], null, engine, new Date(0), false),
    settings: { ...DEFAULT_SETTINGS, strategy: "laser-strict", maxTokens: 40, ...settings },
    pool,
    signal: new AbortController().signal,
    ...given,
  });
  assert.equal(failure, null);
  return trace;
}

/** Keys of the answers that drafts were read from. */
const sourcesOf = ({ pool }: Trace): string[] =>
  Object.values(pool!.entryNames)
    .map(({ id }) => id)
    .sort();

test("a trace names the group that the request was sent to, and why", async () => {
  const trace = await traceOf({}, { route: ROUTE });
  assert.deepEqual(trace.pool?.route, ROUTE);
  assert.equal(routeWords(ROUTE), `group films: ${ROUTE.reason}`);
  assert.equal(
    routeWords({ ...ROUTE, group: null, reason: "it has no genre" }),
    "all groups: it has no genre",
  );
  assert.deepEqual(parseTrace(serialiseTrace(trace)).pool?.route, ROUTE);
  assert.equal((await traceOf({})).pool?.route, undefined);
});

test("the subject's own answers are left out on request", async () => {
  assert.ok(sourcesOf(await traceOf({}, { route: ROUTE })).includes("ann"));
  const without = await traceOf({ excludeSubject: true }, { route: ROUTE });
  assert.ok(sourcesOf(without).length > 0 && !sourcesOf(without).includes("ann"));
  assert.equal(without.request.excludeSubject, true);
});

test("with support of two, only text of two subjects' answers is drafted from the pool", async () => {
  const trace = await traceOf({ minSupport: 2 });
  const free = await traceOf({});
  /** Words that only the pool's answers proposed. */
  const drafted = (from: Trace): string[] =>
    from.steps.flatMap(({ draft }) =>
      draft
        .filter(({ source }) => source === "pool")
        .map(({ id }) => from.tokens[String(id)])
        .flatMap((text) => (typeof text === "string" && text.trim() !== "" ? [text.trim()] : [])),
    );
  const shared = ["the", "sea", "is", "wide", "and"];
  assert.ok(drafted(trace).length > 0);
  for (const word of drafted(trace)) assert.ok(shared.includes(word), word);
  assert.ok(drafted(free).some((word) => !shared.includes(word)));
  assert.equal(trace.request.minSupport, 2);
  assert.notDeepEqual(sourcesOf(free), []);
  assert.deepEqual(sourcesOf(trace), [], "nobody's stored answer is named or quoted");
  assert.equal(trace.result.text, free.result.text, "strict output is the same whatever is drafted");
});

test("a prompt's laser block names the group", () => {
  const engine = createScriptedEngine({ answers: [{ text: TEXT }] });
  const routeOf = (head: string) =>
    askedRun(
      {
        ...{ source: `---\n${head}\n---\nuser:\nTell.\n`, promptFile: "a.prompty", values: {} },
        ...{ settings: DEFAULT_SETTINGS, poolPath: null },
      },
      engine,
    ).route;
  assert.deepEqual(routeOf("laser: {group: films}"), {
    ...{ subject: null, group: "films", by: "asked", reason: "it was named" },
  });
  assert.equal(routeOf("name: x"), undefined);
});
