// What a screen reader would say of a page that is used only by keys: the stop with the focus as the browser's own
// accessibility tree has it, and what live regions say.
import assert from "node:assert/strict";
import type { CDPSession } from "playwright-core";
import { waitForRender } from "./waitForRender.ts";
import type { WebviewPage } from "./page.ts";

/** One place that has the focus. */
export interface Stop {
  /** E.g. `button "Table: EDL", pressed=false`. */
  readonly spoken: string;
  readonly role: string;
  readonly name: string;
  /** Of the list that it is an option of: said as the focus comes into it. */
  readonly list: string | null;
}

export interface Announced {
  readonly stop: Stop;
  /** What live regions have said since the last key, in order. */
  readonly messages: readonly string[];
}

interface AxValue {
  readonly value?: unknown;
}

interface AxNode {
  readonly role?: AxValue;
  readonly name?: AxValue;
  readonly description?: AxValue;
  readonly value?: AxValue;
  readonly properties?: readonly { readonly name: string; readonly value: AxValue }[];
}

/** What the protocol leaves out. */
interface Around {
  readonly valueText: string | null;
  readonly list: string | null;
}

/** States in the order in which they are written; those that are off by default are left out. */
const STATES = ["checked", "pressed", "expanded", "selected", "invalid", "disabled", "level"] as const;
/** Chromium's own names of what has no role in ARIA. */
const ROLES: Readonly<Record<string, string>> = { DisclosureTriangle: "disclosure" };

const OFF_BY_DEFAULT: readonly string[] = ["invalid", "disabled"];

export class ScreenReader {
  private constructor(
    private readonly webview: WebviewPage,
    private readonly session: CDPSession,
  ) {}

  /** Listens to the live regions of a page, those that come later as well. */
  static async listen(webview: WebviewPage): Promise<ScreenReader> {
    const session = await webview.session();
    await session.send("Accessibility.enable");
    await webview.page.evaluate(recordLiveRegions);
    return new ScreenReader(webview, session);
  }

  /** Presses a key and returns what is announced then. @throws if nothing has the focus then */
  async press(key: string): Promise<Announced> {
    await this.webview.page.keyboard.press(key);
    return this.announced(key);
  }

  /** Presses Tab until a stop is reached, from the end of the page on to its start. */
  async tabTo(wanted: RegExp, key = "Tab"): Promise<Announced> {
    for (let presses = 0; presses < 100; presses++) {
      await this.webview.page.keyboard.press(key);
      // The focus moves at once; only what is drawn and said after that takes frames.
      const stop = await this.stop();
      if (stop !== null && wanted.test(stop.spoken)) return this.announced(key);
    }
    return assert.fail(`${key} reaches no ${String(wanted)}`);
  }

  async type(text: string): Promise<Announced> {
    await this.webview.page.keyboard.insertText(text);
    return this.announced(text);
  }

  /** Tab from the start of the page through every stop, once round; or from the stop that has the focus, which is the first. */
  async stops(from: "start" | "focus" = "start", most = 300): Promise<Stop[]> {
    const stops: Stop[] = [];
    if (from === "start") await this.toStart();
    else {
      await waitForRender(this.webview.page);
      stops.push((await this.stop()) ?? assert.fail("nothing has the focus"));
    }
    while (stops.length < most) {
      await this.webview.page.keyboard.press("Tab");
      await waitForRender(this.webview.page);
      const stop = await this.stop();
      if (stop === null) return stops;
      stops.push(stop);
    }
    return assert.fail(`more than ${most} stops`);
  }

  /** Before the first stop. */
  async toStart(): Promise<void> {
    await this.webview.page.evaluate(() => {
      // Tab continues from where the focus was last, also when nothing has it any more.
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute("tabindex");
    });
  }

  /** The stop that has the focus, or its active descendant; null: the page itself has it. */
  async stop(): Promise<Stop | null> {
    const { result } = await this.session.send("Runtime.evaluate", {
      expression: `(() => {
        const at = document.activeElement;
        if (at === null || at === document.body) return null;
        const inner = at.getAttribute("aria-activedescendant");
        return (inner && document.getElementById(inner)) || at.shadowRoot?.activeElement || at;
      })()`,
    });
    const { objectId } = result;
    if (objectId === undefined) return null;
    const [{ nodes }, around] = await Promise.all([
      this.session.send("Accessibility.getPartialAXTree", { objectId, fetchRelatives: false }),
      this.webview.page.evaluate((): Around => {
        const at = document.activeElement;
        const list = at?.getAttribute("role") === "option" ? at.closest("[role=listbox]") : null;
        return {
          valueText: at?.getAttribute("aria-valuetext") ?? null,
          list: list?.getAttribute("aria-label") ?? null,
        };
      }),
    ]);
    const [node] = nodes as readonly AxNode[];
    return node === undefined ? null : stopOf(node, around);
  }

  /** What live regions have said since this was asked last. */
  messages(): Promise<string[]> {
    return this.webview.page.evaluate(() =>
      (window as unknown as { announcedByRegions: string[] }).announcedByRegions.splice(0),
    );
  }

  private async announced(key: string): Promise<Announced> {
    await waitForRender(this.webview.page);
    const stop = await this.stop();
    assert.ok(stop !== null, `after ${key} nothing has the focus`);
    return { stop, messages: await this.messages() };
  }
}

function stopOf(
  { role, name, description, value, properties = [] }: AxNode,
  { valueText, list }: Around,
): Stop {
  const text = (of: AxValue | undefined): string => {
    const given = of?.value;
    // The tree holds numbers as floats: 0.1 is 0.10000000149.
    if (typeof given === "number") return String(Number(given.toPrecision(6)));
    return typeof given === "string" ? given.trim() : "";
  };
  const property = (wanted: string): unknown => properties.find((one) => one.name === wanted)?.value.value;
  const states = STATES.flatMap((state) => {
    const given = property(state);
    if (typeof given !== "string" && typeof given !== "number" && typeof given !== "boolean") return [];
    if (OFF_BY_DEFAULT.includes(state) && String(given) === "false") return [];
    return [`${state}=${String(given)}`];
  });
  const shown = valueText ?? text(value);
  // Said once if both are the same.
  const about = text(description) === text(name) ? "" : text(description);
  const roleName = ROLES[text(role)] ?? text(role);
  const spoken = [
    `${roleName} ${JSON.stringify(text(name))}`,
    ...states,
    ...(shown === "" ? [] : [`value=${JSON.stringify(shown)}`]),
    ...(about === "" ? [] : [`– ${about}`]),
  ];
  return { spoken: spoken.join(", ").replace(", – ", " – "), role: roleName, name: text(name), list };
}

/** Runs in the page: notes the text of each live region whenever it changes to another. */
function recordLiveRegions(): void {
  const announcements: string[] = [];
  Object.assign(window, { announcedByRegions: announcements });
  const REGION = "[aria-live=polite], [aria-live=assertive], [role=status], [role=alert], output";
  const last = new Map<Element, string>();
  const textOf = (region: Element): string => (region as HTMLElement).innerText;
  for (const region of document.querySelectorAll(REGION)) last.set(region, textOf(region));
  const changed = new Set<Element>();
  new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      const around = (target instanceof Element ? target : target.parentElement)?.closest(REGION);
      if (around) changed.add(around);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const region of [node, ...node.querySelectorAll(REGION)])
          // A status must be there before it speaks; an alert speaks as it comes.
          if (region.matches("[role=alert]")) changed.add(region);
          else if (region.matches(REGION)) last.set(region, textOf(region));
      }
    }
    for (const region of changed) {
      const text = textOf(region);
      const words = text.replace(/\s+/g, " ").trim();
      if (region.isConnected && words !== "" && text !== last.get(region)) announcements.push(words);
      last.set(region, text);
    }
    changed.clear();
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
