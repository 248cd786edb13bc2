// Watches the folder of kept traces and fires when files are added, changed or deleted.
import path from "node:path";
import * as vscode from "vscode";
import { TRACE_ENDINGS } from "../../core/trace/index.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";

/** Writing one file triggers several events. */
const COALESCE_MS = 100;

export class TraceFolder implements Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<void>());
  private timer: NodeJS.Timeout | null = null;

  /** Fires when files were added, changed or deleted; events are coalesced. */
  readonly onDidChange = this.emitter.event;

  constructor(
    /** Need not exist yet, and can be deleted. */
    readonly path: string,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.store.add({
      dispose: () => {
        clearTimeout(this.timer ?? undefined);
      },
    });
    void this.watch();
  }

  dispose(): void {
    this.store.dispose();
  }

  private async watch(): Promise<void> {
    // The folder is created with the first trace, so its parent is watched, which has to exist.
    const { dir: around, base: name } = path.parse(this.path);
    try {
      await vscode.workspace.fs.createDirectory(vscode.Uri.file(around));
    } catch (error) {
      this.log.warn(`traces can't be watched: ${String(error)}`);
    }
    // If a folder is deleted with its contents, only the folder is reported.
    const files = Object.values(TRACE_ENDINGS).map((ending) => `${name}/*${ending}`);
    const glob = `{${[name, ...files].join(",")}}`;
    const pattern = new vscode.RelativePattern(vscode.Uri.file(around), glob);
    const watcher = this.store.add(vscode.workspace.createFileSystemWatcher(pattern));
    const scheduleChange = (): void => {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        this.emitter.fire();
      }, COALESCE_MS);
    };
    for (const subscribe of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete])
      this.store.add(subscribe(scheduleChange));
  }
}
