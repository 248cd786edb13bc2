// The Traces view: kept traces by prompt, newest first. The list needs only names and times; figures are read later,
// file by file, and only while the view is visible.
import path from "node:path";
import * as vscode from "vscode";
import { COMMANDS, VIEWS } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import type { TraceFolder } from "./traceFolder.ts";
import { groupTraces, type PromptGroup, type TraceNode } from "./traceGroups.ts";
import { traceLabel } from "./traceLabels.ts";
import type { TraceSummaries } from "./traceSummaries.ts";
import { listTraces, type TraceFile } from "./traces.ts";

/** A row of the view. */
export type TraceItem = PromptGroup | TraceNode;

const COALESCE_MS = 150;

/** A run or a new name adds a trace or two: the list waits for them, for they would move its rows under the pointer. */
const FEW_UNREAD = 8;
/** A long trace is listed by its file's name until it is read. */
const MAX_WAIT_MS = 1_000;

export class TraceTree implements vscode.TreeDataProvider<TraceItem>, Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<TraceItem | undefined>());
  private readonly view: vscode.TreeView<TraceItem>;
  private readonly parents = new Map<TraceItem, TraceItem>();
  private timer: NodeJS.Timeout | null = null;

  /** undefined: the list itself. */
  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly folder: TraceFolder,
    private readonly summaries: TraceSummaries,
  ) {
    this.store.add(
      folder.onDidChange(() => {
        this.refresh();
      }),
    );
    this.view = this.store.add(
      vscode.window.createTreeView(VIEWS.traces, { treeDataProvider: this, canSelectMany: true }),
    );
    this.store.add({
      dispose: () => {
        clearTimeout(this.timer ?? undefined);
      },
    });
    // Times on another day include its date.
    this.store.add(
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.refresh();
      }),
    );
  }

  get selection(): readonly TraceFile[] {
    return this.view.selection.flatMap((item) => (item.kind === "trace" ? [item.file] : []));
  }

  refresh(): void {
    this.emitter.fire(undefined);
  }

  async getChildren(parent?: TraceItem): Promise<TraceItem[]> {
    if (parent !== undefined) {
      const children = parent.kind === "prompt" ? parent.traces : parent.children;
      for (const child of children) this.parents.set(child, parent);
      return [...children];
    }
    const files = await listTraces(this.folder.path);
    this.summaries.makeRoomFor(files.length);
    const unread = files.filter((file) => this.summaries.known(file) === null);
    if (unread.length <= FEW_UNREAD) await this.readSoon(unread);
    else for (const file of unread) void this.read(file);
    this.parents.clear();
    return [...groupTraces(files, (file) => this.summaries.known(file))];
  }

  getParent(item: TraceItem): TraceItem | null {
    return this.parents.get(item) ?? null;
  }

  getTreeItem(item: TraceItem): vscode.TreeItem {
    return item.kind === "prompt" ? groupItem(item) : this.traceItem(item);
  }

  private traceItem({ file, children }: TraceNode): vscode.TreeItem {
    const reading = this.summaries.known(file);
    const fileName = path.basename(file.path);
    const listed = { fileName, beganMs: file.beganMs, reading };
    const { name, label, description, tooltip, icon } = traceLabel(listed, Date.now(), vscode.env.language);
    const uri = vscode.Uri.file(file.path);
    const { Expanded, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, children.length > 0 ? Expanded : None);
    item.id = file.path;
    item.description = description;
    item.tooltip = tooltip;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.contextValue = reading?.ok === false ? "unreadableTrace" : "trace";
    // A click previews a trace; the list keeps the focus.
    const options = { preserveFocus: true };
    const title = vscode.l10n.t("Open Trace");
    item.command = { title, command: COMMANDS.openTrace, arguments: [uri, options] };
    item.accessibilityInformation = { label: `${name}, ${description}` };
    return item;
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Resolves when all are read, or after a second; those that take longer then find their place by a refresh. */
  private async readSoon(files: readonly TraceFile[]): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let isLate = false;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        isLate = true;
        resolve();
      }, MAX_WAIT_MS);
    });
    const reads = files.map(async (file) => {
      await this.summaries.readFile(file);
      if (isLate) this.refreshSoon();
    });
    await Promise.race([Promise.all(reads), late]);
    clearTimeout(timer);
  }

  private async read(file: TraceFile): Promise<void> {
    await this.summaries.readFile(file);
    this.refreshSoon();
  }

  private refreshSoon(): void {
    // What was read may belong elsewhere in the tree; many are read one after another.
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.refresh();
    }, COALESCE_MS);
  }
}

function groupItem({ key, name, promptUri, traces }: PromptGroup): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = key;
  item.description = String(traces.length);
  item.contextValue = "promptGroup";
  item.iconPath = new vscode.ThemeIcon("file");
  if (promptUri !== null) item.tooltip = vscode.Uri.parse(promptUri).fsPath;
  return item;
}
