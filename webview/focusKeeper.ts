// Keeps the keyboard in the page: where what had the focus goes away with an update, what stands nearest to its place takes
// it. Otherwise keys go nowhere and a screen reader starts from the top. A controller of the page. It must not know what the
// page shows.
import type { LitElement, ReactiveController } from "lit";

const TABBABLE =
  'button:not(:disabled), input:not(:disabled), select, summary, a[href], [tabindex]:not([tabindex="-1"])';

export class FocusKeeper implements ReactiveController {
  /** What has the focus, then what it stands in, up to the page. */
  private path: readonly HTMLElement[] = [];
  /** Where a detour began. */
  private left: HTMLElement | null = null;

  constructor(private readonly page: LitElement) {
    page.addController(this);
  }

  /** Notes where the focus is, before the page is drawn anew. */
  hostUpdate(): void {
    const at = document.activeElement;
    const path: HTMLElement[] = [];
    for (let part = at; part !== null && this.page.contains(part); part = part.parentElement)
      if (part instanceof HTMLElement) path.push(part);
    // Nothing has the focus and it is not mended yet: what was noted before counts.
    if (path.length > 0 || this.path[0]?.isConnected !== false) this.path = path;
  }

  /** Once the page and its views are drawn. */
  hostUpdated(): void {
    void this.page.updateComplete.then(() => {
      this.mend();
    });
  }

  /** Brings the focus to a part that was opened. */
  detour(part: HTMLElement | null): void {
    this.left = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    part?.focus();
  }

  /** Back to where the last detour began, before its part is closed. */
  comeBack(): void {
    if (this.left?.isConnected === true) this.left.focus();
    this.left = null;
  }

  private mend(): void {
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
