// What the editor evaluates in the page of the workbench, where nothing else of this file exists.

/** Runs in the workbench: the address of the webview whose page holds an element, unlike all others; null while none does. */
export function addressOfWebview(element: string): string | null {
  for (const outer of document.querySelectorAll<HTMLIFrameElement>("iframe.webview.ready")) {
    const inner = outer.contentDocument?.querySelector<HTMLIFrameElement>("iframe#active-frame");
    if (inner?.contentDocument?.querySelector(element)) return outer.getAttribute("src");
  }
  return null;
}

/** Runs in the workbench: whether every webview has taken over the theme. */
export function haveWebviewsTheme(kind: string): boolean {
  return [...document.querySelectorAll<HTMLIFrameElement>("iframe.webview.ready")].every((outer) => {
    const inner = outer.contentDocument?.querySelector<HTMLIFrameElement>("iframe#active-frame");
    return (inner?.contentDocument?.body.dataset.vscodeThemeKind ?? kind) === kind;
  });
}

/**
 * Runs in the workbench: resolves with the time in ms from the next click to the first token in the side panel.
 * Measured in the page, so that the driver's own time is left out. @throws if there is none within `limitMs`
 */
export function msToFirstToken(limitMs: number): Promise<number> {
  const isWritten = (): boolean =>
    [...document.querySelectorAll<HTMLIFrameElement>("iframe.webview.ready")].some((outer) => {
      const inner = outer.contentDocument?.querySelector<HTMLIFrameElement>("iframe#active-frame");
      return inner?.contentDocument?.querySelector("laser-panel .stream .token") != null;
    });
  return new Promise((resolve, reject) => {
    const begin = (): void => {
      const clickedMs = performance.now();
      const timer = setInterval(() => {
        const ms = performance.now() - clickedMs;
        if (isWritten()) resolve(ms);
        else if (ms > limitMs) reject(new Error(`no token within ${limitMs} ms`));
        else return;
        clearInterval(timer);
      }, 20);
    };
    document.addEventListener("mousedown", begin, { capture: true, once: true });
  });
}
