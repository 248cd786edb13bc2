// The run that wrote each answer: updated while it runs, and read back from its trace after a window reload.
import { access } from "node:fs/promises";
import * as vscode from "vscode";
import type { RunId } from "../../server/protocol/methods.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import type { RunSnapshot } from "../shared/panel.ts";
import type { PlainRun } from "../shared/plainRun.ts";
import { headWithPlain } from "../shared/runHead.ts";
import { runOfTrace } from "../shared/traceRun.ts";
import { spansOfRun, type TokenSpans } from "./tokenSpans.ts";
import { readTrace } from "../traces/traces.ts";
import type { WindowMemory } from "../host/windowMemory.ts";

export interface AnswerRun {
  readonly run: RunSnapshot;
  readonly spans: TokenSpans;
}

/** A run holds all its candidates, some kilobytes per token: older runs are read again on demand. */
const MAX_RUNS = 10;

export class AnswerRuns implements Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly known = new Map<string, AnswerRun>();
  private readonly reading = new Map<string, Promise<AnswerRun | null>>();

  /** Fires with the answer whose run changed. */
  readonly onDidChange = this.emitter.event;

  constructor(private readonly memory: WindowMemory) {}

  /** Records the current state of the run that writes an answer. */
  update(answer: vscode.Uri, run: RunSnapshot): void {
    this.keep(answer, run);
    this.emitter.fire(answer);
  }

  /** Called when the answer is complete and the window's memory knows its trace. */
  ended(answer: vscode.Uri): void {
    this.emitter.fire(answer);
  }

  /** Records the measured speed of plain decoding for a run. */
  plainMeasured(runId: RunId, tokensPerSecond: number | null, plainRun: PlainRun | null): void {
    const found = [...this.known].find(([, { run }]) => run.runId === runId);
    if (found === undefined) return;
    const [key, { run }] = found;
    this.update(vscode.Uri.parse(key), headWithPlain(run, tokensPerSecond, plainRun));
  }

  /** The run if it is in memory; after a window reload null until `find` is called. */
  knownRun(answer: vscode.Uri): AnswerRun | null {
    return this.known.get(answer.toString()) ?? null;
  }

  /** The run from memory, otherwise from its trace; null if it is lost. */
  async find(answer: vscode.Uri): Promise<AnswerRun | null> {
    const key = answer.toString();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const reading = this.reading.get(key) ?? this.read(answer);
    this.reading.set(key, reading);
    return reading.finally(() => this.reading.delete(key));
  }

  /** The trace file of an answer; null if it was deleted or never kept. */
  async traceOf(answer: vscode.Uri): Promise<string | null> {
    const file = this.memory.traceOf(answer);
    if (file === null) return null;
    return access(file).then(
      () => file,
      () => null,
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private async read(answer: vscode.Uri): Promise<AnswerRun | null> {
    const file = this.memory.traceOf(answer);
    const trace = file === null ? null : await readTrace(file);
    // A run may have started while the trace was read.
    const begun = this.knownRun(answer);
    if (begun !== null || trace === null || file === null) return begun;
    return this.keep(answer, runOfTrace(trace, file, file));
  }

  private keep(answer: vscode.Uri, run: RunSnapshot): AnswerRun {
    const key = answer.toString();
    const before = this.known.get(key);
    const kept = { run, spans: spansOfRun(run, before?.run.runId === run.runId ? before.spans : null) };
    this.known.delete(key);
    this.known.set(key, kept);
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_RUNS && oldest !== undefined) this.known.delete(oldest);
    return kept;
  }
}
