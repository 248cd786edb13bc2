// The folder of kept traces, watched: tells when files come, change or go. It must not know what is in them.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { TRACE_ENDINGS } from "../server/trace/index.ts";
import { DisposableStore, type Disposable } from "./lifecycle.ts";

/** A file that is written whole tells of itself more than once. */
const COALESCE_MS = 100;

export class TraceFolder implements Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<void>());
  private timer: NodeJS.Timeout | null = null;

  /** Some file came, changed or went; several at once are told once. */
  readonly onDidChange = this.emitter.event;

  constructor(
    /** Need not be there yet, and may go. */
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
    // The folder itself is made with the first trace: so the one around it is watched, which has to be there.
    const { dir: around, base: name } = path.parse(this.path);
    try {
      await mkdir(around, { recursive: true });
    } catch (error) {
      this.log.warn(`traces can't be watched: ${String(error)}`);
    }
    // Of a folder that goes with all that is in it, only the folder is told.
    const files = Object.values(TRACE_ENDINGS).map((ending) => `${name}/*${ending}`);
    const glob = `{${[name, ...files].join(",")}}`;
    const pattern = new vscode.RelativePattern(vscode.Uri.file(around), glob);
    const watcher = this.store.add(vscode.workspace.createFileSystemWatcher(pattern));
    const tell = (): void => {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        this.emitter.fire();
      }, COALESCE_MS);
    };
    for (const heard of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete])
      this.store.add(heard(tell));
  }
}
