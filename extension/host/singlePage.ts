// A webview with at most one instance per window, restored on reload, such as the settings editor.
import * as vscode from "vscode";
import { DisposableStore, MutableDisposable, type Disposable } from "./lifecycle.ts";
import { pageIcon, pageOptions, showPage, type PageName } from "./webviewPage.ts";

export interface SinglePageKind<P> {
  readonly viewType: string;
  readonly page: PageName;
  readonly title: string;
  /** Called with a new panel, or one restored after a reload, before its page is loaded. What it returns owns the panel. */
  readonly attach: (panel: vscode.WebviewPanel) => P;
}

interface Page extends Disposable {
  reveal(): void;
}

export class SinglePage<P extends Page> implements Disposable {
  private readonly store = new DisposableStore();
  private readonly shown = this.store.add(new MutableDisposable<P>());

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly kind: SinglePageKind<P>,
  ) {
    this.store.add(
      vscode.window.registerWebviewPanelSerializer(kind.viewType, {
        deserializeWebviewPanel: (panel) => {
          this.show(panel);
          return Promise.resolve();
        },
      }),
    );
  }

  /** Shows it, in a new panel if there is none. */
  open(): void {
    if (this.shown.value !== null) {
      this.shown.value.reveal();
      return;
    }
    const options = { enableFindWidget: true, ...pageOptions(this.extensionUri) };
    const { viewType } = this.kind;
    this.show(vscode.window.createWebviewPanel(viewType, "", vscode.ViewColumn.Active, options));
  }

  dispose(): void {
    this.store.dispose();
  }

  private show(panel: vscode.WebviewPanel): void {
    const { page, title, attach } = this.kind;
    panel.title = title;
    panel.iconPath = pageIcon(this.extensionUri);
    const attached = attach(panel);
    this.shown.value = attached;
    panel.onDidDispose(() => {
      if (this.shown.value === attached) this.shown.value = null;
    });
    showPage(panel.webview, this.extensionUri, page, title);
  }
}
