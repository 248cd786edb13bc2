// What a window remembers across a reload, by path or address: the trace of each answer, the run the panel
// shows, the prompt that was run last, and the values that prompts were given.
import * as vscode from "vscode";
import type { PromptValue } from "../../core/prompts/index.ts";

const ANSWERS = "answerTraces";
const SHOWN = "shownTrace";
const LAST_PROMPT = "lastPrompt";
const VALUES = "promptValues";
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
    if (this.shownTrace === from) this.shownTrace = to;
  }

  /** The prompt file that was run last; null if none was. */
  get lastPrompt(): vscode.Uri | null {
    const kept = this.text(LAST_PROMPT);
    return kept === null ? null : vscode.Uri.parse(kept);
  }

  set lastPrompt(prompt: vscode.Uri | null) {
    this.update(LAST_PROMPT, prompt?.toString());
  }

  /** The values that a prompt was run with last, by the names of its variables. */
  valuesOf(prompt: vscode.Uri): Readonly<Record<string, PromptValue>> {
    return this.values().find(([uri]) => uri === prompt.toString())?.[1] ?? {};
  }

  setValuesOf(prompt: vscode.Uri, values: Readonly<Record<string, PromptValue>>): void {
    const key = prompt.toString();
    const others = this.values().filter(([uri]) => uri !== key);
    const isNone = Object.keys(values).length === 0;
    this.update(VALUES, (isNone ? others : [...others, [key, values]]).slice(-MAX_ANSWERS));
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

  /** Pairs of prompt and values, the latest last. */
  private values(): readonly (readonly [string, Readonly<Record<string, PromptValue>>])[] {
    const kept = this.memento.get<unknown>(VALUES);
    return Array.isArray(kept) ? kept.filter(isValues) : [];
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

function isValues(value: unknown): value is readonly [string, Readonly<Record<string, PromptValue>>] {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== "string") return false;
  const values: unknown = value[1];
  return typeof values === "object" && values !== null && !Array.isArray(values);
}
