// Fills a webview with one of the bundled pages. Which page and what is said to it is the business of its owner.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { pageHtml } from "./html.ts";

/** The bundled pages: dist/webview/<name>.js and .css. */
export type PageName = "panel" | "settings" | "trace" | "compare";

function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "dist", "webview");
}

/** What every page of ours may do. Given when a panel is made, the panel is never loaded without its page. */
export function pageOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [pageFolder(extensionUri)] };
}

/** The options and the page of a webview. */
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
  });
  // Behind the page: options that change load what is there, and an empty page would be one without a policy.
  const options = pageOptions(extensionUri);
  if (!areEqual(webview.options, options)) webview.options = options;
}

/** A restored panel may be of an earlier version of this extension, which lay elsewhere. */
function areEqual(a: vscode.WebviewOptions, b: vscode.WebviewOptions): boolean {
  const roots = ({ localResourceRoots = [] }: vscode.WebviewOptions): string => localResourceRoots.join(" ");
  return a.enableScripts === b.enableScripts && roots(a) === roots(b);
}
