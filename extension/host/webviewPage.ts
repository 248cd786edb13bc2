// Fills a webview with one of the bundled pages.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { pageHtml } from "./html.ts";

/** The bundled pages: dist/webview/<name>.js and .css. */
export type PageName = "panel" | "settings" | "trace" | "compare" | "table" | "model";

function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "dist", "webview");
}

/** Options of every page. Set when a panel is created; a panel is never loaded without its page. */
export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [pageFolder(extensionUri)] };
}

/** The icon of a page's tab: only lines, which a filled tile would drown in a light theme. */
export function pageIcon(extensionUri: vscode.Uri): {
  readonly light: vscode.Uri;
  readonly dark: vscode.Uri;
} {
  const file = (theme: string): vscode.Uri => vscode.Uri.joinPath(extensionUri, "media", `page-${theme}.svg`);
  return { light: file("light"), dark: file("dark") };
}

/** Sets the options and the page of a webview. */
export function showPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: PageName,
  title: string,
): void {
  const folder = pageFolder(extensionUri);
  const uriOf = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  webview.html = pageHtml({
    title,
    cspSource: webview.cspSource,
    nonce: randomBytes(24).toString("base64url"),
    scriptUri: uriOf(`${page}.js`),
    styleUri: uriOf(`${page}.css`),
    ...(vscode.l10n.bundle !== undefined && {
      language: { code: vscode.env.language, translations: vscode.l10n.bundle },
    }),
  });
  // After the page: changing options reloads the current content, and an empty page would have no policy.
  const options = pageOptions(extensionUri);
  if (!areEqual(webview.options, options)) webview.options = options;
}

/** A restored panel may be from an earlier version of this extension, installed in another folder. */
function areEqual(a: vscode.WebviewOptions, b: vscode.WebviewOptions): boolean {
  const roots = ({ localResourceRoots = [] }: vscode.WebviewOptions): string => localResourceRoots.join(" ");
  return a.enableScripts === b.enableScripts && roots(a) === roots(b);
}
