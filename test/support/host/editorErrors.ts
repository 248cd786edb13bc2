// What went wrong unnoticed by the user while the editor was driven: a webview's policy broken or missing, a script
// that threw in a webview, a rejection or one of our errors in the extension host.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";

const OF_A_POLICY = /content security policy|refused to|violates the following/i;
/** Paths of this extension in stacks, and its name in what the editor says of it. */
const OF_THE_EXTENSION = /dist[\\/]extension\.cjs|laser-inspector(?![\\/]vscode-host)/;

/** More of a stack is the editor's own. */
const STACK_LINES = 8;

export class EditorErrors {
  private readonly found: string[] = [];
  private expected: { readonly pattern: RegExp; readonly resolve: (text: string) => void }[] = [];

  /** Call before the page is opened. */
  async watch(page: Page): Promise<void> {
    page.on("console", (message) => {
      if (OF_A_POLICY.test(message.text())) this.add(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => {
      const text = error.stack ?? String(error);
      if (/dist[\\/]webview/.test(text)) this.add(`a webview threw: ${text}`);
    });
    await page.exposeFunction("laserPolicyViolation", (text: string) => {
      this.add(`policy: ${text}`);
    });
    await page.addInitScript({ content: HEAR_VIOLATIONS });
  }

  /** Resolves with the next trouble that fits, which then counts no more. */
  expect(pattern: RegExp): Promise<string> {
    return new Promise((resolve) => this.expected.push({ pattern, resolve }));
  }

  /** All, and what the extension host has logged; `userDataDir` is the editor's. */
  all(userDataDir: string): readonly string[] {
    return [...this.found, ...hostErrors(path.join(userDataDir, "logs"))];
  }

  private add(text: string): void {
    const awaited = this.expected.find(({ pattern }) => pattern.test(text));
    if (awaited === undefined) {
      this.found.push(text);
      return;
    }
    this.expected = this.expected.filter((other) => other !== awaited);
    awaited.resolve(text);
  }
}

/**
 * In each frame but the workbench's. A webview's page is written by document.open, which takes all listeners away, into
 * a document that comes after the one this runs in, but shares its prototypes.
 */
const HEAR_VIOLATIONS = `if (window !== window.top) {
  const report = window.laserPolicyViolation;
  const hear = (listened) => listened.addEventListener("securitypolicyviolation", (event) =>
    report([event.violatedDirective, event.blockedURI, event.sample, event.sourceFile].join(" ")));
  const { open } = Document.prototype;
  Document.prototype.open = function (...given) {
    const opened = open.apply(this, given);
    hear(this);
    return opened;
  };
  hear(document);
}`;

/**
 * What the logs of the extension hosts say against us: errors, rejections that nobody handled, webviews without a
 * policy. An entry begins with its time, its stack follows.
 */
function hostErrors(logs: string): string[] {
  if (!existsSync(logs)) return [];
  const files = readdirSync(logs, { recursive: true, encoding: "utf8" });
  return files
    .filter((name) => /exthost.*[\\/]remoteexthost\.log$/.test(name))
    .flatMap((name) => readFileSync(path.join(logs, name), "utf8").split(/\n(?=\d{4}-\d\d-\d\d )/))
    .filter((entry) => /^\S+ \S+ \[(error|warning)\]/.test(entry) && OF_THE_EXTENSION.test(entry))
    .map((entry) => `extension host: ${entry.split("\n").slice(0, STACK_LINES).join("\n")}`);
}
