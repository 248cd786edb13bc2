// What a window shows, in words, for a test that failed on a machine that nobody can look at.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach } from "vitest";

/** More of the log than a failure needs is noise. */
const LOG_LINES = 30;

interface Window {
  describe(): Promise<readonly string[]>;
}

/** The editors that are open now. */
export const openWindows = new Set<Window>();

/** Prints, after each test that fails, what every open window shows. Called in the setup of the lane, once per file. */
export function reportWindowsOfFailures(): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    for (const window of openWindows) {
      const shown = await window.describe().catch((error: unknown) => [String(error)]);
      console.info([`"${task.name}" failed. The window shows:`, ...shown].join("\n  "));
    }
  });
}

/** The last lines that the extension wrote to its log. */
export function logLines(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((name) => /LASER[^\\/]*\.log$/.test(name))
    .flatMap((name) => readFileSync(path.join(folder, name), "utf8").trimEnd().split("\n").slice(-LOG_LINES));
}

/** Runs in the workbench, where nothing else of this file exists. */
export function whatIsShown(): string[] {
  const kinds: Readonly<Record<string, string>> = {
    tab: ".tab",
    notification: ".notification-list-item",
    dialog: ".monaco-dialog-box",
    "quick input": ".quick-input-widget",
    menu: ".monaco-menu .action-item",
    "row of a list": ".sidebar .monaco-list-row",
    lens: ".codelens-decoration",
    "status item": ".statusbar-item",
  };
  const states = ["active", "focused", "selected", "dirty"];
  const focused = document.activeElement;
  const shown = Object.entries(kinds).flatMap(([kind, selector]) =>
    [...document.querySelectorAll<HTMLElement>(selector)]
      .filter((element) => element.offsetParent !== null || element.getClientRects().length > 0)
      .map((element) => {
        const has = states.filter((state) => element.classList.contains(state));
        const text = element.innerText.replace(/\s+/g, " ").trim();
        return `${[...has, kind].join(" ")}: ${text}`;
      }),
  );
  const pages = [...document.querySelectorAll<HTMLIFrameElement>("iframe.webview.ready")].map((outer) => {
    const inner = outer.contentDocument?.querySelector<HTMLIFrameElement>("iframe#active-frame");
    const text = inner?.contentDocument?.body.innerText.replace(/\s+/g, " ").trim() ?? "nothing yet";
    return `page: ${text.slice(0, 3000)}`;
  });
  return [...shown, ...pages, `keyboard: ${focused?.tagName ?? "nothing"} ${focused?.className ?? ""}`];
}
