// Writes the answer to one row, with its attempts and its plain sample, in one place: alone, or on one of several lanes.
import { describeError, several, t } from "../../core/base/index.ts";
import { DecodeError } from "../../core/laser/index.ts";
import { PromptError } from "../../core/prompts/index.ts";
import type { GenerationSettings } from "../../core/settings/index.ts";
import {
  committedClassOf,
  committedOf,
  traceMetrics,
  type PoolRoute,
  type Trace,
} from "../../core/trace/index.ts";
import type { DataRow } from "../data/index.ts";
import { isAbort } from "../files/index.ts";
import { usedEntries, type GenerateOptions, type Generated, type LoadedPool } from "../worker/index.ts";
import { isPlainFirst, isPlainSample, seedOf } from "./draws.ts";
import type { PlainSample } from "./output/journal.ts";
import type { OutputRow, RowFigures } from "../protocol/outputRow.ts";
import { RowRefused, type PromptOfRow } from "./rowPrompt.ts";

/** Which group a row belongs to, and why. */
export type RouteOf = (row: DataRow) => PoolRoute;

/** Why an answer is not what was asked for, or null if it is. Example: "it is not JSON: …". */
export type CheckAnswer = (text: string) => string | null;

export interface RowTools {
  readonly promptOf: PromptOfRow;
  readonly routeOf: RouteOf;
  readonly settings: GenerationSettings;
  readonly pool: LoadedPool | null;
  readonly check: CheckAnswer | null;
  /** Further attempts after an answer that fails the check, at a temperature above 0: at 0 the same answer would result. */
  readonly retries: number;
  readonly plainEvery: number;
  /** Keeps the trace of a row and returns what names it; null: traces are not kept. */
  readonly keepTrace: ((row: DataRow, trace: Trace) => Promise<string>) | null;
  readonly wallClock: () => Date;
}

/** Writes one answer in the row's place; ends soon after a stop. */
export type GenerateHere = (
  request: Pick<GenerateOptions, "prompt" | "settings" | "pool" | "route" | "keepsRows">,
) => Promise<Generated>;

type Prompt = GenerateOptions["prompt"];

export type RowOutcome =
  | {
      readonly kind: "row";
      readonly row: OutputRow;
      readonly plain: PlainSample | null;
      /** Pool entries that kept tokens were drafted from. */
      readonly used: readonly number[];
      /** The engine failed, which says nothing about the row. */
      readonly isEngineFailure: boolean;
    }
  /** The run was stopped during the answer, or while its prompt was made. */
  | { readonly kind: "dropped" };

/** @throws FilesError when a trace can't be written; failures of the row itself are in the outcome */
export async function answerRow(data: DataRow, tools: RowTools, generate: GenerateHere): Promise<RowOutcome> {
  return await new RowAnswer(data, tools, generate).write();
}

/** The answer to one row: its prompt, its attempts, and its plain sample. */
class RowAnswer {
  private readonly route: PoolRoute;
  private readonly draws: boolean;

  constructor(
    private readonly data: DataRow,
    private readonly tools: RowTools,
    private readonly generate: GenerateHere,
  ) {
    this.route = tools.routeOf(data);
    this.draws = tools.settings.sampling.temperature > 0;
  }

  async write(): Promise<RowOutcome> {
    let made: ReturnType<PromptOfRow>;
    try {
      made = this.tools.promptOf(this.data);
    } catch (error) {
      if (isAbort(error)) return { kind: "dropped" };
      return this.refused(error);
    }
    const { prompt, historyCut } = made;
    try {
      return await this.writeTo(prompt, historyCut);
    } catch (error) {
      return this.refused(error, { historyCut });
    }
  }

  private async writeTo(prompt: Prompt, historyCut: number): Promise<RowOutcome> {
    const { data, tools } = this;
    const { settings, retries } = tools;
    const isSampled = settings.strategy !== "plain" && isPlainSample(data.id, tools.plainEvery);
    const wasFirst = isSampled && isPlainFirst(data.id);
    const before = wasFirst ? await this.writePlain(prompt) : null;
    // Whoever reads the prompt first leaves it in the cache for the others: that time is the row's.
    let prefillMs = before?.result.prefillMs ?? null;
    for (let attempt = 1; ; attempt++) {
      const seed = this.seedFor(attempt);
      const { trace, failure } = await this.attempt(prompt, seed);
      const known = { seed, attempts: attempt, historyCut };
      if (failure !== null)
        return this.failed({ code: ENGINE_FAILED, message: describeError(failure).message }, known);
      const { finish, text, tokens } = trace.result;
      if (finish === "stopped" || finish === "failed") return { kind: "dropped" };
      prefillMs ??= trace.result.prefillMs;
      const figures = { ...figuresOf(trace), prefillMs };
      const problem = whyRefused(tools.check?.(text) ?? null, finish, settings);
      if (problem !== null && this.draws && attempt <= retries) continue;
      const keptTrace = (await tools.keepTrace?.(data, trace)) ?? null;
      const whole = { ...known, trace: keptTrace, figures, text, tokenIds: tokens, finish };
      if (problem !== null) return this.failed({ code: "answerRefused", message: problem }, whole);
      const plain = isSampled ? (before ?? (wasFirst ? null : await this.writePlain(prompt))) : null;
      return {
        kind: "row",
        row: { ...this.base(), ...whole, error: null },
        used: usedEntries(trace),
        plain: plain && sampleOf(data.id, trace, plain, wasFirst),
        isEngineFailure: false,
      };
    }
  }

  private attempt(prompt: Prompt, seed: number | null): Promise<Generated> {
    const { pool } = this.tools;
    const { route, keepsRows } = this;
    return this.generate({ prompt, settings: this.seeded(seed), pool, route, keepsRows });
  }

  /** The same answer without drafts; null if it was stopped or the engine failed. */
  private async writePlain(prompt: Prompt): Promise<Trace | null> {
    const settings = { ...this.seeded(this.seedFor(1)), strategy: "plain" as const };
    const { trace, failure } = await this.generate({
      prompt,
      settings,
      pool: null,
      keepsRows: this.keepsRows,
    });
    return failure !== null || trace.result.finish === "stopped" ? null : trace;
  }

  private get keepsRows(): boolean {
    return this.tools.keepTrace !== null;
  }

  private seedFor(attempt: number): number | null {
    return this.draws ? seedOf(this.data.id, this.tools.settings.sampling.seed, attempt) : null;
  }

  private seeded(seed: number | null): GenerationSettings {
    const { settings } = this.tools;
    return seed === null ? settings : { ...settings, sampling: { ...settings.sampling, seed } };
  }

  /** @throws error unless it is the row's own */
  private refused(error: unknown, known: Partial<OutputRow> = {}): RowOutcome {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return this.failed(refusal, known);
  }

  private failed(error: { code: string; message: string }, known: Partial<OutputRow>): RowOutcome {
    return {
      kind: "row",
      row: { ...this.base(), text: null, tokenIds: null, finish: null, ...known, error },
      plain: null,
      used: [],
      isEngineFailure: error.code === ENGINE_FAILED,
    };
  }

  /** What is known of the row before its answer; it is finished now. */
  private base() {
    const { data, route, tools } = this;
    return {
      id: data.id,
      subject: data.subject,
      group: route.group,
      groupReason: route.reason,
      strategy: tools.settings.strategy,
      seed: null,
      attempts: 0,
      historyCut: 0,
      trace: null,
      figures: null,
      finishedAt: tools.wallClock().toISOString(),
    };
  }
}

/** What the check says, and what the answer lacked if it was cut. */
function whyRefused(
  problem: string | null,
  finish: Trace["result"]["finish"],
  { maxTokens }: GenerationSettings,
): string | null {
  if (problem === null || finish !== "maxTokens") return problem;
  return t("{0}; it ended at {1}, the most that --max-tokens allows", problem, several(maxTokens, "token"));
}

const ENGINE_FAILED = "engineFailed";

/** What is wrong with the row; null for errors that are not the row's. */
function refusalOf(error: unknown): { code: string; message: string } | null {
  if (error instanceof RowRefused) return { code: error.code, message: error.message };
  if (!(error instanceof PromptError) && !(error instanceof DecodeError)) return null;
  const { code, message } = describeError(error);
  return { code, message };
}

function figuresOf(trace: Trace): Omit<RowFigures, "prefillMs"> {
  const { committed, steps, drafted, accepted, relaxed, edl, totalMs } = traceMetrics(trace);
  return {
    promptTokens: trace.request.promptTokens.length,
    tokens: committed,
    steps,
    drafted,
    accepted,
    relaxed,
    ownTokens: ownTokensOf(trace),
    edl,
    ms: totalMs,
  };
}

/** Committed tokens before the first relaxed one. */
function ownTokensOf({ steps }: Trace): number {
  let own = 0;
  for (const step of steps) {
    const count = committedOf(step).length;
    for (let at = 0; at < count; at++) {
      if (committedClassOf(step, at) === "relaxed") return own;
      own++;
    }
  }
  return own;
}

function sampleOf(id: string, drafted: Trace, plain: Trace, wasFirst: boolean): PlainSample {
  const costOf = (trace: Trace) => {
    const { committed, totalMs } = traceMetrics(trace);
    return { tokens: committed, ms: totalMs };
  };
  const { text } = plain.result;
  return {
    kind: "plain",
    id,
    text,
    isSameText: text === drafted.result.text,
    wasFirst,
    plain: costOf(plain),
    drafted: costOf(drafted),
  };
}
