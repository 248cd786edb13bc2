// The code lens beside "Generate": how the latest run of a prompt went. Survives a reload as long as the
// trace is kept.
import * as vscode from "vscode";
import { measuredLoopOf } from "../../core/inspect/index.ts";
import { countSteps } from "../../core/trace/index.ts";
import type { AnswerRuns } from "./answerRuns.ts";
import { COMMANDS, LANGUAGE, VIEWS } from "../host/catalogue.ts";
import { promptLine } from "./lens.ts";
import { lensText, type LensAction, type LensRun } from "./lensText.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { answerUri } from "./output.ts";
import type { RunSnapshot } from "../shared/panel.ts";
import type { PlainRun } from "../shared/plainRun.ts";
import { runName } from "../shared/runName.ts";
import type { TraceSummary } from "../traces/traceSummary.ts";
import type { TraceFolder } from "../traces/traceFolder.ts";
import type { TraceSummaries } from "../traces/traceSummaries.ts";
import type { WindowMemory } from "../host/windowMemory.ts";

export interface LensSources {
  readonly answerRuns: AnswerRuns;
  readonly memory: WindowMemory;
  readonly summaries: TraceSummaries;
  readonly traces: TraceFolder;
  /** The kept plain run that a trace's speed is compared with; null: none. */
  readonly plainRunFor: (trace: string) => Promise<PlainRun | null>;
}

export class ResultLens implements vscode.CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<void>());
  /** The phase of each run when its lens was last refreshed. */
  private readonly phases = new Map<string, string>();

  readonly onDidChangeCodeLenses = this.emitter.event;

  constructor(private readonly sources: LensSources) {
    const { answerRuns, traces } = sources;
    this.store.add(
      answerRuns.onDidChange((answer) => {
        this.update(answer);
      }),
    );
    this.store.add(
      traces.onDidChange(() => {
        this.emitter.fire();
      }),
    );
    this.store.add(vscode.languages.registerCodeLensProvider({ language: LANGUAGE }, this));
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const line = promptLine(document);
    if (line === null) return [];
    const answer = answerUri(document.uri);
    const trace = await this.sources.answerRuns.traceOf(answer);
    const run = await this.latestRun(answer, trace);
    if (run === null) return [];
    const { title, tooltip, action } = lensText(run);
    return [
      new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
        title,
        tooltip,
        ...commandOf(action, trace),
      }),
    ];
  }

  dispose(): void {
    this.store.dispose();
  }

  private async latestRun(answer: vscode.Uri, trace: string | null): Promise<LensRun | null> {
    const { answerRuns, memory, summaries } = this.sources;
    const known = answerRuns.knownRun(answer)?.run ?? null;
    if (known?.ended === null) return { state: known.header === null ? "starting" : "running" };
    // One source for every view: the kept plain run that is like this one; a run without a trace was measured once.
    const plainRun = trace === null ? null : await this.sources.plainRunFor(trace);
    const plainTokensPerSecond = plainRun?.tokensPerSecond ?? known?.plainTokensPerSecond ?? null;
    // The trace was deleted, and the run's data with it.
    if (trace === null && memory.traceOf(answer) !== null) return null;
    if (known !== null) return endedRun(known, { plainTokensPerSecond, plainRun, hasTrace: trace !== null });
    const reading = trace === null ? null : await summaries.read(trace);
    if (reading?.ok !== true) return null;
    const { finish, metrics, isStrict, loop } = reading.summary;
    const measured = { plainTokensPerSecond, plainRun, hasTrace: true };
    return {
      state: "ended",
      ...{ finish, counts: metrics, loop, isStrict },
      name: nameOfSummary(reading.summary),
      ...measured,
    };
  }

  private update(answer: vscode.Uri): void {
    const run = this.sources.answerRuns.knownRun(answer)?.run;
    const phase = `${run?.runId} ${run?.header !== null} ${run?.ended?.finish} ${run?.plainTokensPerSecond} ${this.sources.memory.traceOf(answer)}`;
    if (phase === this.phases.get(answer.toString())) return;
    this.phases.set(answer.toString(), phase);
    this.emitter.fire();
  }
}

type Measured = Pick<Extract<LensRun, { state: "ended" }>, "plainTokensPerSecond" | "plainRun" | "hasTrace">;

function endedRun(run: RunSnapshot, measured: Measured): LensRun | null {
  const { header, steps, ended } = run;
  // The run was refused because another was running.
  if (ended === null || ended.finish === "busy") return null;
  const rule = header?.request.rule ?? { kind: "strict" as const };
  return {
    state: "ended",
    finish: ended.finish,
    counts: countSteps(steps, rule),
    loop: header === null ? null : measuredLoopOf({ request: header.request, steps }),
    isStrict: rule.kind === "strict",
    name: run.identity?.name ?? null,
    ...measured,
  };
}

function commandOf(action: LensAction, trace: string | null): { command: string; arguments?: unknown[] } {
  if (action === "openTrace" && trace !== null)
    return { command: COMMANDS.openTrace, arguments: [vscode.Uri.file(trace)] };
  if (action === "stop") return { command: COMMANDS.stop };
  // The panel shows the failure and what fixes it.
  return { command: `${VIEWS.panel}.focus` };
}

function nameOfSummary(summary: TraceSummary): string {
  return runName(summary, Date.now(), vscode.env.language);
}
