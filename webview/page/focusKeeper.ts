// Keeps the keyboard focus in the page: if an update removes the focused element, the nearest one that
// remains gets the focus. Otherwise keys do nothing and a screen reader starts from the top. A reactive
// controller of the page.
import type { LitElement, ReactiveController } from "lit";

const TABBABLE =
  'button:not(:disabled), input:not(:disabled), select, summary, a[href], [tabindex]:not([tabindex="-1"])';

export class FocusKeeper implements ReactiveController {
  /** The focused element and its ancestors, up to the page. */
  private path: readonly HTMLElement[] = [];
  /** The element that a detour started from. */
  private left: HTMLElement | null = null;

  constructor(private readonly page: LitElement) {
    page.addController(this);
  }

  /** Records the focus before the page is rendered again. */
  hostUpdate(): void {
    const at = document.activeElement;
    const path: HTMLElement[] = [];
    for (let part = at; part !== null && this.page.contains(part); part = part.parentElement)
      if (part instanceof HTMLElement) path.push(part);
    // Nothing has the focus and it is not restored yet: keep the earlier record.
    if (path.length > 0 || this.path[0]?.isConnected !== false) this.path = path;
  }

  /** After the page and its views are rendered. */
  hostUpdated(): void {
    void this.page.updateComplete.then(() => {
      this.restoreFocus();
    });
  }

  /** Moves the focus to a part that was opened. */
  detour(part: HTMLElement | null): void {
    this.left = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    part?.focus();
  }

  /** Returns the focus to where the last detour started, before its part is closed. */
  comeBack(): void {
    if (this.left?.isConnected === true) this.left.focus();
    this.left = null;
  }

  private restoreFocus(): void {
    const [at, ...around] = this.path;
    this.path = [];
    const { activeElement } = document;
    if (at === undefined || at.isConnected || (activeElement !== null && activeElement !== document.body))
      return;
    const place = around.find((part) => part.isConnected);
    if (place === undefined) return;
    if (place.hasAttribute("tabindex")) place.focus();
    else place.querySelector<HTMLElement>(TABBABLE)?.focus();
  }
}
