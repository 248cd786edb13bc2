// What of a page answers to the mouse: elements that look pressable or that have a listener for it, and whether keys
// reach them.
import type { Page } from "playwright-core";

export interface MouseTargets {
  /** How many keys reach. */
  readonly reached: number;
  /** The others, as markup, each look once. */
  readonly unreached: readonly string[];
}

const LISTENED = ["click", "dblclick", "mousedown", "pointerdown", "contextmenu"];

/** @param delegated selectors of what has keys through the element around it */
export async function mouseTargets(page: Page, delegated: readonly string[]): Promise<MouseTargets> {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send("Runtime.evaluate", { expression: "document" });
  // Listeners of the page and of all that it holds, as the debugger knows them.
  const { listeners } = await session.send("DOMDebugger.getEventListeners", {
    objectId: result.objectId ?? "",
    depth: -1,
    pierce: true,
  });
  const nodes = new Set(
    listeners.flatMap(({ type, backendNodeId }) => (LISTENED.includes(type) ? (backendNodeId ?? []) : [])),
  );
  for (const backendNodeId of nodes) {
    const { object } = await session.send("DOM.resolveNode", { backendNodeId });
    await session.send("Runtime.callFunctionOn", {
      objectId: object.objectId ?? "",
      functionDeclaration: "function () { this.listensToMouse = true; }",
    });
  }
  await session.detach();
  return page.evaluate((selectors) => {
    const isReached = (element: Element): boolean => {
      if (selectors.some((selector) => element.matches(selector))) return true;
      if ((element as HTMLButtonElement).disabled) return true;
      return (element as HTMLElement).tabIndex >= 0;
    };
    const all = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility());
    const looksPressable = (element: Element): boolean => getComputedStyle(element).cursor === "pointer";
    const targets = all.filter((element) => {
      const listens = "listensToMouse" in element;
      // The pointer's look is inherited: what set it is the target.
      const looks = looksPressable(element) && !looksPressable(element.parentElement!);
      const isControl = element.matches("button, summary, a[href], input, select, [role=button], [role=tab]");
      return listens || looks || isControl;
    });
    const unreached = targets.filter((element) => {
      if (isReached(element)) return false;
      // A listener around parts that are reached themselves, such as a list of options or the label of a box.
      const inner = [...element.querySelectorAll("*")].some(isReached);
      const isAround = inner && (element.matches("label") || !looksPressable(element));
      // Text of a control, shown through its slot.
      if (element.closest("[role=checkbox]") !== null) return false;
      // A description that does what its control does.
      if (document.querySelector(`[role=checkbox][aria-describedby~="${element.id}"]`) !== null) return false;
      // One of a set in which arrows move: the set has a stop.
      const set = element.closest("[role=tablist], [role=tree], [role=listbox], [role=radiogroup]");
      return !isAround && set?.querySelector('[tabindex="0"]') == null;
    });
    const markup = unreached.map((element) => element.outerHTML.replace(/<!--.*?-->/gs, "").slice(0, 140));
    return { reached: targets.length - unreached.length, unreached: [...new Set(markup)] };
  }, delegated);
}
