// @ts-check
// The address of VS Code's page on a running server.

/**
 * @param {{port: number, token: string | null}} server
 * @param {string | null} target a folder or a .code-workspace file, absolute; null for an empty window
 * @param {readonly (readonly [string, string])[]} [payload]
 * @returns {string}
 */
export function workbenchAddress({ port, token }, target, payload = []) {
  const address = new URL(`http://127.0.0.1:${port}/`);
  const query = address.searchParams;
  if (token !== null) query.set("tkn", token);
  if (target === null) query.set("ew", "true");
  else query.set(target.endsWith(".code-workspace") ? "workspace" : "folder", target);
  if (payload.length > 0) query.set("payload", JSON.stringify(payload));
  return address.href;
}
