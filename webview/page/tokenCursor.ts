// The cursor on the tokens of a page, for keys, clicks and focus: keys move it, Enter or Space opens the card of
// its token and moves the focus there, Escape closes it. A reactive controller of the page, which keeps the
// cursor and decides where a key leads.
import type { LitElement, ReactiveController } from "lit";

export interface TokenPage<At> {
  /** The token at the target of an event. */
  readonly tokenAt: (target: EventTarget | null) => At | null;
  /** Where a key leads: the same token if there is nothing further, null for keys that don't move. */
  readonly movedBy: (key: string, from: At) => At | null;
  readonly onMove: (to: At) => void;
  /** Called after a click, Enter or Space. */
  readonly onOpen: (at: At, by: "click" | "key") => void;
  /** Called when Tab moved the focus to a token. */
  readonly onFocus: (at: At) => void;
  /** @returns whether there was something to close */
  readonly onEscape: () => boolean;
  /** Focuses the token at the cursor. */
  readonly focusToken: () => void;
}

/** Whether a key is pressed together with one that makes it a command of the editor. */
export function isChord({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

export class TokenCursor<At> implements ReactiveController {
  /** What gets the focus once the page is rendered. */
  private pendingFocus: "token" | "card" | null = null;

  constructor(
    private readonly host: LitElement,
    private readonly page: TokenPage<At>,
  ) {
    host.addController(this);
  }

  hostUpdated(): void {
    const { pendingFocus } = this;
    this.pendingFocus = null;
    if (pendingFocus === "token") this.page.focusToken();
    if (pendingFocus === "card") this.host.querySelector<HTMLElement>("#card-title")?.focus();
  }

  /** Focuses the token at the cursor after the next render. */
  focusToken(): void {
    this.pendingFocus = "token";
    this.host.requestUpdate();
  }

  /** @returns whether a token was clicked */
  readonly onClick = (event: MouseEvent): boolean => {
    const at = this.page.tokenAt(event.target);
    if (at !== null) this.page.onOpen(at, "click");
    return at !== null;
  };

  readonly onFocus = (event: FocusEvent): void => {
    const at = this.page.tokenAt(event.target);
    if (at !== null) this.page.onFocus(at);
  };

  readonly onKey = (event: KeyboardEvent): void => {
    const at = this.page.tokenAt(event.target);
    if (at === null || isChord(event)) return;
    const to = this.page.movedBy(event.key, at);
    if (to !== null) {
      this.page.onMove(to);
      this.focusToken();
    } else if (event.key === "Enter" || event.key === " ") {
      this.page.onOpen(at, "key");
      this.pendingFocus = "card";
    } else if (event.key !== "Escape" || !this.page.onEscape()) return;
    event.preventDefault();
  };
}
