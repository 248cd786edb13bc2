// Finds which blocks of a long view are near the visible part, by the number in their `data-block`; only
// those have to be rendered in full. A reactive controller of the view that contains the blocks.
import type { LitElement, ReactiveController } from "lit";

/** Blocks within this share of the pane's height above and below count as near. */
const NEAR = "100%";

export interface NearBlocksOptions {
  /**
   * The scrolling element. A page in a frame uses its document: with the window as root the margin would be ignored.
   */
  readonly root: Element | Document;
}

export class NearBlocks implements ReactiveController {
  private near: ReadonlySet<number> = new Set([0]);
  private readonly observed = new Set<Element>();
  private observer: IntersectionObserver | null = null;

  constructor(
    private readonly view: LitElement,
    private readonly options: NearBlocksOptions,
  ) {
    view.addController(this);
  }

  has(index: number): boolean {
    return this.near.has(index);
  }

  /** Resets the set after the blocks changed. */
  reset(): void {
    this.near = new Set([0]);
  }

  hostConnected(): void {
    const { root } = this.options;
    this.observer = new IntersectionObserver(this.onSeen, { root, rootMargin: `${NEAR} 0px` });
  }

  hostDisconnected(): void {
    this.observer?.disconnect();
    this.observed.clear();
  }

  hostUpdated(): void {
    for (const block of this.view.querySelectorAll(":scope > .block")) {
      if (this.observed.has(block)) continue;
      this.observed.add(block);
      this.observer?.observe(block);
    }
  }

  private readonly onSeen = (entries: readonly IntersectionObserverEntry[]): void => {
    const near = new Set(this.near);
    for (const { target, isIntersecting } of entries) {
      const index = Number((target as HTMLElement).dataset.block);
      if (!target.isConnected) {
        this.observer?.unobserve(target);
        this.observed.delete(target);
      } else if (isIntersecting) near.add(index);
      else near.delete(index);
    }
    const isSame = near.size === this.near.size && [...near].every((index) => this.near.has(index));
    if (isSame) return;
    this.near = near;
    this.view.requestUpdate();
  };
}
