// The Traces view: kept traces, newest first. The list needs only names and times; figures are read later,
// file by file, and only while the view is visible.
import path from "node:path";
import * as vscode from "vscode";
import { COMMANDS, VIEWS } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import type { TraceFolder } from "./traceFolder.ts";
import { traceLabel } from "./traceLabels.ts";
import type { TraceSummaries } from "./traceSummaries.ts";
import { listTraces, type TraceFile } from "./traces.ts";

export class TraceTree implements vscode.TreeDataProvider<TraceFile>, Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<TraceFile | undefined>());
  private readonly view: vscode.TreeView<TraceFile>;

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
    // Relative times such as "2 minutes ago" become outdated while the view is hidden.
    this.store.add(
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.refresh();
      }),
    );
  }

  get selection(): readonly TraceFile[] {
    return this.view.selection;
  }

  refresh(): void {
    this.emitter.fire(undefined);
  }

  async getChildren(parent?: TraceFile): Promise<TraceFile[]> {
    return parent === undefined ? [...(await listTraces(this.folder.path))] : [];
  }

  getParent(): null {
    return null;
  }

  getTreeItem(file: TraceFile): vscode.TreeItem {
    const reading = this.summaries.known(file);
    if (reading === null) void this.read(file);
    const fileName = path.basename(file.path);
    const listed = { fileName, beganMs: file.beganMs, reading };
    const { label, description, tooltip, icon } = traceLabel(listed, Date.now(), vscode.env.language);
    const uri = vscode.Uri.file(file.path);
    const item = new vscode.TreeItem(label);
    item.id = file.path;
    item.description = description;
    item.tooltip = tooltip;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.contextValue = reading?.ok === false ? "unreadableTrace" : "trace";
    // A click previews a trace; the list keeps the focus.
    const options = { preserveFocus: true };
    const title = vscode.l10n.t("Open Trace");
    item.command = { title, command: COMMANDS.openTrace, arguments: [uri, options] };
    item.accessibilityInformation = { label: `${label}, ${description}` };
    return item;
  }

  dispose(): void {
    this.store.dispose();
  }

  private async read(file: TraceFile): Promise<void> {
    await this.summaries.readFile(file);
    this.emitter.fire(file);
  }
}
