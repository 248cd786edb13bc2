// Fills a webview with one of the bundled pages. Which page and what is said to it is the business of its owner.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { pageHtml } from "./html.ts";

/** The bundled pages: dist/webview/<name>.js and .css. */
export type PageName = "panel" | "settings";

function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "dist", "webview");
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
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = pageHtml({
    title,
    language: vscode.env.language,
    cspSource: webview.cspSource,
    nonce: randomBytes(24).toString("base64url"),
    scriptUri: uriOf(`${page}.js`),
    styleUri: uriOf(`${page}.css`),
  });
}
