// Batch runs on the scripted engine, in their own folder: what a test needs to begin, cut and resume one.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parsePrompty } from "../../../../core/prompts/index.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../../../core/settings/index.ts";
import {
  outputPaths,
  parseOutputRow,
  promptMaker,
  runBatch,
  type BatchOptions,
  type BatchResult,
  type OutputRow,
  type RunIdentity,
} from "../../../../server/batch/index.ts";
import type { DataRow, RowSource } from "../../../../server/data/index.ts";
import { createScriptedEngine, type ScriptedOptions } from "../../../../server/engine/index.ts";
import { GrowingPool, SCRIPTED_COSTS, Session } from "../../../../server/worker/index.ts";

const PROMPT = "---\nsample:\n  title: Emma\n  genre: novel\n---\nuser:\nDescribe {{title}}, a {{genre}}.\n";

export const TEXTS: Readonly<Record<string, string>> = {
  comedy: "A comedy about people. It is funny and it is warm and it is funny.",
  drama: "A drama about people. It is sad and it is warm and it is sad.",
  western: "A western. It is long.",
};
const GENRES = Object.keys(TEXTS);

export function dataRow(place: number, given: Partial<DataRow> = {}): DataRow {
  const genre = GENRES[place % GENRES.length]!;
  const id = `item-${place}`;
  return {
    id,
    subject: id,
    values: { title: `Film ${place}`, genre },
    attributes: { group: genre },
    ...given,
  };
}

export function sourceOf(rows: readonly DataRow[], fingerprint = "data"): RowSource {
  return {
    name: "rows",
    fingerprint,
    count: rows.length,
    // oxlint-disable-next-line typescript/require-await -- a source may be asynchronous; this one needn't wait
    async *rows() {
      yield* rows;
    },
  };
}

export interface TestRun extends Partial<Omit<BatchOptions, "identity" | "lanes">> {
  readonly settings?: Partial<GenerationSettings>;
  readonly engine?: Partial<ScriptedOptions>;
  readonly parallel?: number;
  readonly poolBudget?: number;
  /** Shown the pool as the run left it. */
  readonly onPool?: (pool: GrowingPool) => void;
  readonly keepCosts?: NonNullable<BatchOptions["lanes"]>["keepCosts"];
  readonly identity?: Partial<RunIdentity>;
  readonly plainEvery?: number;
  readonly check?: BatchOptions["tools"]["check"];
  readonly retries?: number;
}

/** Begins a run that writes `out.jsonl` in the folder. */
export async function runIn(folder: string, run: TestRun = {}): Promise<BatchResult> {
  const { parallel = 1, source = sourceOf([0, 1, 2, 3, 4, 5].map((place) => dataRow(place))) } = run;
  const answers = GENRES.map((genre) => ({ when: genre, text: TEXTS[genre]! }));
  const engine = createScriptedEngine({ answers, ...run.engine });
  const settings: GenerationSettings = {
    ...DEFAULT_SETTINGS,
    strategy: "laser-strict",
    maxTokens: 80,
    ...run.settings,
  };
  const session = new Session({
    engine,
    costs: SCRIPTED_COSTS,
    frozenCosts: true,
    generator: "test 0",
    now: () => 0,
  });
  const group =
    parallel > 1 ? await engine.openLanes({ lanes: parallel, contextTokens: 400, trees: false }) : null;
  const pool = new GrowingPool(engine, null, undefined, run.poolBudget);
  try {
    const result = await runBatch({
      paths: outputPaths(path.join(folder, "out.jsonl")),
      mode: "begin",
      generator: "test 0",
      retryFailed: false,
      session,
      lanes: group && { group, costs: SCRIPTED_COSTS, ...(run.keepCosts && { keepCosts: run.keepCosts }) },
      pool,
      promptsOf: (now) =>
        promptMaker({
          file: parsePrompty(PROMPT),
          name: "p.prompty",
          values: {},
          history: null,
          engine,
          now,
          systemInUserTurn: false,
        }),
      ordered: false,
      limit: null,
      budgets: { maxTokens: null, maxMinutes: null, maxFailures: null },
      device: "scripted",
      stop: new AbortController().signal,
      drop: new AbortController().signal,
      onProgress: () => undefined,
      wallClock: () => new Date(),
      ...run,
      source,
      identity: {
        model: { name: "scripted", fingerprint: "" },
        prompt: { name: "p.prompty", fingerprint: "p" },
        data: { name: source.name, fingerprint: source.fingerprint },
        values: null,
        settings: JSON.parse(JSON.stringify(settings)) as GenerationSettings,
        pool: null,
        published: "own",
        poolBudgetTokens: run.poolBudget ?? null,
        groups: null,
        historyTokens: null,
        expects: "text",
        ...run.identity,
      },
      tools: {
        settings,
        routeOf: ({ subject, attributes }) => ({
          subject,
          group: attributes.group ?? null,
          by: "attribute",
          reason: "its genre",
        }),
        check: run.check ?? null,
        retries: run.retries ?? 0,
        plainEvery: run.plainEvery ?? 0,
        keepTrace: null,
        ...run.tools,
      },
    });
    run.onPool?.(pool);
    return result;
  } finally {
    await group?.dispose();
    await engine.dispose();
  }
}

export const outputOf = (folder: string): string => readFileSync(path.join(folder, "out.jsonl"), "utf8");

export function rowsOf(folder: string): OutputRow[] {
  const lines = outputOf(folder).split("\n");
  if (lines.pop() !== "") throw new Error("the output ends in a torn line");
  return lines.map((line) => {
    const row = parseOutputRow(line);
    if (row === null) throw new Error(`not a row: ${line}`);
    return row;
  });
}

/** What a strict run writes however often it was interrupted: all but costs and times. */
export function answersOf(folder: string): string {
  return rowsOf(folder)
    .map((row) => JSON.stringify({ ...row, figures: row.figures?.tokens, finishedAt: null }))
    .join("\n");
}
