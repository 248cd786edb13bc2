// Answers as read-only files with their own scheme, one for each prompt, growing while the model writes:
// only tabs of files are restored after a window reload. Their text is then read from the trace. Changes are
// reported at most every 100 ms, because the editor re-reads the whole text for each.
import path from "node:path";
import * as vscode from "vscode";
import { formOfName, wholeAnswer } from "../../core/trace/index.ts";
import { ANSWER_LANGUAGE, LANGUAGE, OUTPUT_SCHEME } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import { columnOf } from "../host/tabs.ts";
import { promptOfName } from "../traces/traceNames.ts";
import { readTrace } from "../traces/traces.ts";
import type { WindowMemory } from "../host/windowMemory.ts";

const COALESCE_MS = 100;
const MAX_ANSWERS = 50;

interface Answer {
  readonly text: string;
  /** Increases with each change: the editor uses time and size to decide whether to read again. */
  readonly changedMs: number;
}

export class Answers implements vscode.FileSystemProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly answers = new Map<string, Answer>();
  private readonly changed = new Map<string, vscode.Uri>();
  private timer: NodeJS.Timeout | null = null;
  private lastChangeMs = 0;

  readonly onDidChangeFile = this.emitter.event;

  constructor(private readonly memory: WindowMemory) {
    const options = { isReadonly: true, isCaseSensitive: true };
    this.store.add(vscode.workspace.registerFileSystemProvider(OUTPUT_SCHEME, this, options));
    // Those that are restored after a reload were open before.
    for (const document of vscode.workspace.textDocuments) void asAnswer(document);
    this.store.add(vscode.workspace.onDidOpenTextDocument((document) => void asAnswer(document)));
    this.store.add({
      dispose: () => {
        clearTimeout(this.timer ?? undefined);
      },
    });
  }

  /** Begins an answer with the text `begins`, in place of an earlier one. */
  begin(uri: vscode.Uri, begins: string): void {
    this.memory.setTraceOf(uri, null);
    this.write(uri, begins);
  }

  /** Opens an answer that was begun, beside its prompt; the prompt keeps the focus. */
  async open(uri: vscode.Uri): Promise<void> {
    const shown = vscode.window.visibleTextEditors.some(
      ({ document }) => document.uri.toString() === uri.toString(),
    );
    if (!shown) {
      const document = await asAnswer(await vscode.workspace.openTextDocument(uri));
      await showPromptOf(uri);
      await vscode.window.showTextDocument(document, {
        viewColumn: columnOf(uri) ?? vscode.ViewColumn.Beside,
        preserveFocus: true,
        preview: false,
      });
    }
  }

  write(uri: vscode.Uri, text: string): void {
    const key = uri.toString();
    this.answers.delete(key);
    this.answers.set(key, { text, changedMs: this.nextChangeMs() });
    const [oldest] = this.answers.keys();
    if (this.answers.size > MAX_ANSWERS && oldest !== undefined) this.answers.delete(oldest);
    this.changed.set(key, uri);
    this.timer ??= setTimeout(() => {
      this.flush();
    }, COALESCE_MS);
  }

  /** The answer is complete; it can be restored from `tracePath` if its trace was kept. */
  ended(uri: vscode.Uri, tracePath: string | null): void {
    this.memory.setTraceOf(uri, tracePath);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    if (isFolder(uri)) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const { text, changedMs } = await this.answer(uri);
    return { type: vscode.FileType.File, ctime: 0, mtime: changedMs, size: Buffer.byteLength(text) };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.answer(uri)).text);
  }

  /** Does nothing: all changes are reported, watched or not. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    if (isFolder(uri)) return [];
    throw vscode.FileSystemError.FileNotADirectory(uri);
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The answer from memory, otherwise from its trace, otherwise the reason why there is none. */
  private async answer(uri: vscode.Uri): Promise<Answer> {
    const key = uri.toString();
    const known = this.answers.get(key);
    if (known !== undefined) return known;
    const file = this.memory.traceOf(uri);
    const trace = file === null ? null : await readTrace(file);
    // A run may have started while the trace was read.
    const begun = this.answers.get(key);
    if (begun !== undefined) return begun;
    const text = trace === null ? lossText(file) : wholeAnswer(trace);
    const answer = { text, changedMs: this.nextChangeMs() };
    this.answers.set(key, answer);
    return answer;
  }

  private nextChangeMs(): number {
    this.lastChangeMs = Math.max(Date.now(), this.lastChangeMs + 1);
    return this.lastChangeMs;
  }

  private flush(): void {
    this.timer = null;
    const changed = [...this.changed.values()];
    this.changed.clear();
    this.emitter.fire(changed.map((uri) => ({ type: vscode.FileChangeType.Changed, uri })));
  }
}

/**
 * In a window without files the prompt is shown first: an answer alone does not show what was asked. Pages of the editor
 * itself, such as its walkthrough, have no input.
 */
async function showPromptOf(answer: vscode.Uri): Promise<void> {
  if (vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => input !== undefined))) return;
  const prompt = promptOfAnswer(answer);
  if (!prompt.path.endsWith(`.${LANGUAGE}`)) return;
  // A prompt that is gone was read before: its answer is written anyway.
  await vscode.window.showTextDocument(prompt, { preserveFocus: true, preview: false }).then(
    () => undefined,
    () => undefined,
  );
}

/** An answer in its own language; any other document as it is. */
async function asAnswer(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  const isOther = document.uri.scheme !== OUTPUT_SCHEME || document.languageId === ANSWER_LANGUAGE;
  return isOther ? document : vscode.languages.setTextDocumentLanguage(document, ANSWER_LANGUAGE);
}

/** Why an answer can't be restored; `file` is the trace that held it. */
function lossText(file: string | null): string {
  return file === null
    ? vscode.l10n.t("This answer was not saved. Run the prompt again to get one.")
    : vscode.l10n.t(
        "The trace that held this answer no longer exists. Run the prompt again to get an answer.\n{0}",
        file,
      );
}

const ANSWER_ENDING = ".answer.md";

/**
 * E.g. laser-output:/film.prompty/film.answer.md, which breadcrumbs show as "film.prompty › film.answer.md"; the prompt's
 * own address in the query keeps equal names apart.
 * @param of the prompt, or the trace that is continued
 */
export function answerUri(of: vscode.Uri, name = path.posix.parse(of.path).name): vscode.Uri {
  const file = path.posix.basename(of.path);
  const folder = formOfName(file) === null ? file : promptOfName(file);
  return vscode.Uri.from({
    scheme: OUTPUT_SCHEME,
    path: path.posix.join("/", folder, `${name}${ANSWER_ENDING}`),
    query: of.toString(),
  });
}

/** The part of an address before an answer, which is there for breadcrumbs alone. */
const isFolder = ({ path: shown }: vscode.Uri): boolean => !shown.endsWith(ANSWER_ENDING);

export function promptOfAnswer(answer: vscode.Uri): vscode.Uri {
  return vscode.Uri.parse(answer.query);
}
