// The edge above the card: dragging it, or pressing arrow keys, sets the card's share of the panel's height.
import type { TemplateResult } from "lit";
import { html } from "../page/html.ts";
import { MIN_CARD_SHARE, MAX_CARD_SHARE } from "./keptState.ts";

const KEY_SHARE = 5;

/**
 * @param share the card's height in percent of the panel's
 * @param onShare called with the requested share, not yet bounded
 */
export function dividerView(share: number, onShare: (share: number) => void): TemplateResult {
  const byKey: Readonly<Record<string, number>> = {
    ArrowUp: share + KEY_SHARE,
    ArrowDown: share - KEY_SHARE,
    Home: MIN_CARD_SHARE,
    End: MAX_CARD_SHARE,
  };
  return html`<div
    class="divider"
    role="separator"
    tabindex="0"
    aria-label="Height of the card"
    aria-orientation="horizontal"
    aria-controls="card"
    aria-valuenow=${share}
    aria-valuemin=${MIN_CARD_SHARE}
    aria-valuemax=${MAX_CARD_SHARE}
    aria-valuetext="${share} percent of the panel"
    title="Height of the card: drag, or press the up and down arrows"
    @keydown=${(event: KeyboardEvent) => {
      const share = byKey[event.key];
      if (share === undefined) return;
      event.preventDefault();
      onShare(share);
    }}
    @pointerdown=${(event: PointerEvent) => {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    }}
    @pointermove=${(event: PointerEvent) => {
      const divider = event.currentTarget as HTMLElement;
      if (!divider.hasPointerCapture(event.pointerId)) return;
      const card = divider.nextElementSibling;
      if (card === null) return;
      onShare((100 * (card.getBoundingClientRect().bottom - event.clientY)) / window.innerHeight);
    }}
  ></div>`;
}
