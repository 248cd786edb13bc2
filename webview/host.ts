// The way out of a webview: messages to the extension, and state that survives hiding and reload. Behind a small port,
// so that nothing else knows the editor's own function. It must not know what is said.

/** The extension's side as the page sees it. */
export interface WebviewHost<Out> {
  post(message: Out): void;
  /** What `setState` kept last; undefined at the first load. Anything may stand there: read it with care. */
  getState(): unknown;
  setState(state: unknown): void;
}

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** Whether an editor has this page; a report is opened without one. */
export function hasEditor(): boolean {
  return "acquireVsCodeApi" in globalThis;
}

/** A host that nobody stands behind: what is said is not heard, and nothing is kept. @param state what the page begins with */
export function lonelyHost<Out>(state: unknown): WebviewHost<Out> {
  return { post: () => undefined, getState: () => state, setState: () => undefined };
}

/** The editor's own host. May be called once a page. */
export function editorHost<Out>(): WebviewHost<Out> {
  const api = acquireVsCodeApi();
  return {
    post: (message) => {
      api.postMessage(message);
    },
    getState: () => api.getState(),
    setState: (state) => {
      api.setState(state);
    },
  };
}

/**
 * Hears what the extension says. Only it can post to a webview's own window; what has no `kind` is not ours. Both sides
 * are of one build, so the messages are not checked further.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names what this page's extension says
export function onMessage<In>(take: (message: In) => void): void {
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const { data } = event;
    if (typeof data === "object" && data !== null && "kind" in data) take(data as In);
  });
}
