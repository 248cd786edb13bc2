// One row's answer beside its plain sample: what the row says doesn't depend on which of the two was written first.
import assert from "node:assert/strict";
import { parsePrompty, PromptError } from "../../../../core/prompts/index.ts";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import { answerRow, type GenerateHere, type RowTools } from "../../../../server/batch/answerRow.ts";
import { isPlainFirst } from "../../../../server/batch/draws.ts";
import { promptMaker } from "../../../../server/batch/index.ts";
import { createScriptedEngine, type Engine } from "../../../../server/engine/index.ts";
import { SCRIPTED_COSTS, Session } from "../../../../server/worker/index.ts";
import { table } from "../../../support/check.ts";
import { dataRow } from "./batchRuns.ts";

/** What reading the prompt takes the first time, and once it is in the cache. */
const [READ_MS, CACHED_MS] = [40, 1];
const IDS = Array.from({ length: 100 }, (_, place) => place);
const placeWhere = (wanted: boolean): number =>
  IDS.find((place) => isPlainFirst(dataRow(place).id) === wanted)!;

const NOW = new Date(0);

function tools(engine: Engine): RowTools {
  return {
    promptOf: promptMaker({
      file: parsePrompty("---\nsample: {title: Emma}\n---\nuser:\nDescribe {{title}}.\n"),
      name: "p.prompty",
      values: {},
      history: null,
      engine,
      now: NOW,
      systemInUserTurn: false,
    }),
    routeOf: ({ subject }) => ({ subject, group: null, by: "attribute", reason: "" }),
    settings: {
      ...DEFAULT_SETTINGS,
      maxTokens: 40,
      sampling: { ...DEFAULT_SETTINGS.sampling, temperature: 0.5 },
    },
    pool: null,
    check: null,
    retries: 0,
    plainEvery: 0,
    keepTrace: null,
    wallClock: () => NOW,
  };
}

const ROWS = [
  { name: "the plain answer is first", place: placeWhere(true), refused: 0, attempts: 1 },
  { name: "the drafted answer is first", place: placeWhere(false), refused: 0, attempts: 1 },
  { name: "an answer is tried again", place: placeWhere(false), refused: 2, attempts: 3 },
] as const;

table("the time of reading the prompt is the first one", ROWS, async ({ place, refused, attempts }) => {
  const engine = createScriptedEngine({ answers: [{ text: "A comedy about people." }] });
  const session = new Session({
    engine,
    costs: SCRIPTED_COSTS,
    frozenCosts: true,
    generator: "test 0",
    now: () => 0,
  });
  let reads = 0;
  const generate: GenerateHere = async (request) => {
    const made = await session.generate({ ...request, signal: new AbortController().signal });
    const prefillMs = reads++ === 0 ? READ_MS : CACHED_MS;
    return { ...made, trace: { ...made.trace, result: { ...made.trace.result, prefillMs } } };
  };
  let left = refused;
  const outcome = await answerRow(
    dataRow(place),
    {
      ...tools(engine),
      check: () => (left-- > 0 ? "it is refused" : null),
      retries: 3,
      plainEvery: 1,
    },
    generate,
  );
  assert.ok(outcome.kind === "row" && outcome.row.error === null);
  assert.equal(outcome.row.attempts, attempts);
  assert.equal(outcome.row.figures?.prefillMs, READ_MS);
  assert.equal(reads, attempts + 1, "both ways were written");
  await engine.dispose();
});

const STOPPED = [
  { name: "by Ctrl-C", error: new DOMException("broken off", "AbortError"), kind: "dropped" },
  { name: "by its template", error: new PromptError({ tag: "promptEmpty" }), kind: "row" },
];
table("a row whose prompt is not made", STOPPED, async ({ error, kind }) => {
  const engine = createScriptedEngine({ answers: [] });
  const promptOf = (): never => {
    throw error;
  };
  const outcome = await answerRow(dataRow(1), { ...tools(engine), promptOf }, () =>
    assert.fail("nothing is written"),
  );
  assert.equal(outcome.kind, kind);
  await engine.dispose();
});
