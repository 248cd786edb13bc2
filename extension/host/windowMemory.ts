// What a window remembers across a reload, by path or address: the trace of each answer, the run the panel
// shows, and measured speeds.
import * as vscode from "vscode";

const ANSWERS = "answerTraces";
const SHOWN = "shownTrace";
const PLAIN_SPEEDS = "plainSpeeds";
/** As many as there are kept traces: older answers have none. */
const MAX_ANSWERS = 50;

export class WindowMemory {
  constructor(
    private readonly memento: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Path of the trace that holds an answer; null if there is none. */
  traceOf(answer: vscode.Uri): string | null {
    return this.answers().find(([uri]) => uri === answer.toString())?.[1] ?? null;
  }

  /** Null if the kept trace no longer holds this answer's text. */
  setTraceOf(answer: vscode.Uri, tracePath: string | null): void {
    const key = answer.toString();
    const others = this.answers().filter(([uri]) => uri !== key);
    const all = tracePath === null ? others : [...others, [key, tracePath]];
    this.update(ANSWERS, all.slice(-MAX_ANSWERS));
  }

  /** The answer whose trace is at a path; null if this window wrote none there. */
  answerOf(tracePath: string): vscode.Uri | null {
    const found = this.answers().find(([, trace]) => trace === tracePath);
    return found === undefined ? null : vscode.Uri.parse(found[0]);
  }

  /** Called when a trace was moved: updates the remembered paths. */
  moveTrace(from: string, to: string): void {
    const path = (trace: string): string => (trace === from ? to : trace);
    this.update(
      ANSWERS,
      this.answers().map(([answer, trace]) => [answer, path(trace)]),
    );
    this.update(
      PLAIN_SPEEDS,
      this.plainSpeeds().map(([trace, speed]) => [path(trace), speed]),
    );
    if (this.shownTrace === from) this.shownTrace = to;
  }

  /** Tokens/s of a plain run of the same prompt as a trace's; null if not measured. */
  plainSpeedOf(tracePath: string): number | null {
    return this.plainSpeeds().find(([trace]) => trace === tracePath)?.[1] ?? null;
  }

  setPlainSpeed(tracePath: string, tokensPerSecond: number): void {
    const others = this.plainSpeeds().filter(([trace]) => trace !== tracePath);
    this.update(PLAIN_SPEEDS, [...others, [tracePath, tokensPerSecond]].slice(-MAX_ANSWERS));
  }

  /** Path of the trace of the run that is shown. */
  get shownTrace(): string | null {
    return this.text(SHOWN);
  }

  set shownTrace(tracePath: string | null) {
    this.update(SHOWN, tracePath ?? undefined);
  }

  /** Pairs of answer and trace, the latest last. */
  private answers(): readonly (readonly [string, string])[] {
    const kept = this.memento.get<unknown>(ANSWERS);
    return Array.isArray(kept) ? kept.filter(isPair) : [];
  }

  /** Pairs of trace and tokens/s, the latest last. */
  private plainSpeeds(): readonly (readonly [string, number])[] {
    const kept = this.memento.get<unknown>(PLAIN_SPEEDS);
    return Array.isArray(kept) ? kept.filter(isSpeed) : [];
  }

  private text(key: string): string | null {
    const kept = this.memento.get<unknown>(key);
    return typeof kept === "string" ? kept : null;
  }

  private update(key: string, value: unknown): void {
    this.memento.update(key, value).then(undefined, (error: unknown) => {
      this.log.warn(`${key} will be forgotten when the window is reloaded: ${String(error)}`);
    });
  }
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}

function isSpeed(value: unknown): value is readonly [string, number] {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && typeof value[1] === "number"
  );
}
