// The webview's connection to the extension: messages, and state that survives hiding and reload. An
// interface, so that nothing else depends on the editor's own function.

/** The extension as seen by the page. */
export interface WebviewHost<Out> {
  post(message: Out): void;
  /** The value last passed to `setState`; undefined at the first load. Untrusted: validate it. */
  getState(): unknown;
  setState(state: unknown): void;
}

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** Whether the page is in an editor; a report is opened without one. */
export function hasEditor(): boolean {
  return "acquireVsCodeApi" in globalThis;
}

/**
 * A no-op host for exported reports. @param state the initial state of the page
 */
export function lonelyHost<Out>(state: unknown): WebviewHost<Out> {
  return { post: () => undefined, getState: () => state, setState: () => undefined };
}

/** The editor's host. May be called only once per page. */
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
 * Listens for messages of the extension. Only it can post to a webview's own window; messages without a `kind` are not
 * from it. Both sides are of one build, so the messages are not validated further.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names the messages of this page's extension
export function onMessage<In>(take: (message: In) => void): void {
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const { data } = event;
    if (typeof data === "object" && data !== null && "kind" in data) take(data as In);
  });
}
