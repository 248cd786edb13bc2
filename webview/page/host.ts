// The webview's connection to the extension: messages, and state that survives hiding and reload. An
// interface, so that nothing else depends on the editor's own function.
import type { TSchema } from "typebox";
import { parse, type Parsed } from "../../core/base/index.ts";

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
export function detachedHost<Out>(state: unknown): WebviewHost<Out> {
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

/** Passes on the messages of the extension. Whatever else reaches the window is not from it and is ignored. */
export function onMessage<S extends TSchema>(schema: S, take: (message: Parsed<S>) => void): void {
  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const message = parse(schema, event.data);
    if (message !== null) take(message);
  });
}
