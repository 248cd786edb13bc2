// The compare page: shows one pair of traces side by side. Turns messages into the model, and keys and clicks
// into moves.
import { t } from "../../core/base/index.ts";
import { nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import {
  readKeptCompare,
  type FromCompare,
  type KeptCompare,
  type ToCompare,
} from "../../extension/shared/compare.ts";
import { cursorAt, differenceFrom, movedBy, type CompareCursor } from "./compareCursor.ts";
import { wordsInCommon } from "../../core/inspect/index.ts";
import {
  isRead,
  pairOf,
  promptsOf,
  readRuns,
  shownPlaces,
  type ComparedRun,
  type Pair,
  type SweptPrompt,
} from "./compareModel.ts";
import { entryAt } from "./compareSide.ts";
import { differenceWords } from "./compareWords.ts";
import { FocusKeeper } from "../page/focusKeeper.ts";
import type { WebviewHost } from "../page/host.ts";
import { nextLiveText } from "../page/liveText.ts";
import { isChord, TokenCursor } from "../page/tokenCursor.ts";
import { isTyping } from "../page/pagePlace.ts";
import { LightElement } from "../page/lightElement.ts";
import { pageView, type CompareActions, type ComparePage } from "./comparePage.ts";
import type { CompareText } from "./text.ts";

/** The run that has the fewest words in common with the first, the baseline; the earliest of equal ones. */
function mostUnlike(runs: readonly ComparedRun[]): number {
  const first = runs[0];
  if (first === undefined || !isRead(first) || runs.length < 3) return 1;
  const shares = runs.map((run, place) => {
    if (place === 0 || !isRead(run)) return Infinity;
    const { part, whole } = wordsInCommon(run.side.trace, first.side.trace);
    return whole === 0 ? 1 : part / whole;
  });
  return shares.indexOf(Math.min(...shares));
}

@customElement("laser-compare")
export class LaserCompare extends LightElement {
  /** null until the extension has sent them. */
  @state() accessor runs: readonly ComparedRun[] | null = null;
  @state() accessor left: number;
  @state() accessor right: number;
  @state() accessor hasGhosts: boolean;
  @state() accessor hasAllFigures: boolean;
  @state() accessor cursor: CompareCursor | null = null;
  @state() accessor isCardOpen = false;
  @state() accessor isCardShort: boolean;
  /** The difference that was visited last; −1 for none. */
  @state() accessor difference = -1;
  /** The text of the live region. */
  @state() accessor announcement = "";

  /** Of the same settings on several prompts; null if all runs are shown. */
  private prompts: readonly SweptPrompt[] | null = null;
  private byPrompt: boolean;
  private pair: Pair | null = null;
  private uris: readonly string[];
  /** Where the reader was before a reload, until the same pair is loaded again. */
  private kept: KeptCompare | null;
  private scrolledPx = 0;
  protected readonly focusKeeper = new FocusKeeper(this);
  private readonly tokens = new TokenCursor<CompareCursor>(this, {
    tokenAt: (target) => this.cursorOf(target),
    movedBy: (key, from) => (this.pair === null ? null : movedBy(key, this.pair, from, this.hasGhosts)),
    onMove: (to) => {
      this.cursor = to;
    },
    onOpen: (at) => {
      this.cursor = at;
      this.isCardOpen = true;
    },
    onFocus: (at) => {
      if (at.side !== this.cursor?.side || at.entry !== this.cursor.entry) this.cursor = at;
    },
    onEscape: () => {
      const wasOpen = this.isCardOpen;
      if (wasOpen) this.closeCard();
      return wasOpen;
    },
    // A card at the bottom of the window would hide the token.
    focusToken: () => this.text()?.focusCursor(this.isCardOpen ? "center" : "nearest"),
  });

  constructor(private readonly host: WebviewHost<FromCompare>) {
    super();
    const kept = readKeptCompare(host.getState());
    this.uris = kept.uris;
    this.byPrompt = kept.byPrompt;
    this.left = kept.left;
    this.right = kept.right;
    this.hasGhosts = kept.hasGhosts;
    this.hasAllFigures = kept.hasAllFigures;
    this.kept = kept;
    this.isCardShort = kept.isCardShort;
  }

  /** Handles one message of the extension. */
  take({ files, byPrompt }: ToCompare): void {
    const uris = files.map(({ uri }) => uri);
    // The shown pair stays the same, whatever its indices are now.
    const [left, right] = [this.left, this.right].map((place) => uris.indexOf(this.uris[place] ?? ""));
    const isKept = left !== right && left! >= 0 && right! >= 0;
    this.uris = uris;
    this.runs = readRuns(files, byPrompt);
    this.byPrompt = byPrompt;
    this.prompts = byPrompt ? promptsOf(this.runs) : null;
    const first = this.prompts?.[0]?.places ?? this.runs.keys();
    const places = [...first];
    const unlike = places[mostUnlike(places.map((place) => this.runs![place]!))];
    [this.left, this.right] = isKept ? [left!, right!] : [places[0] ?? 0, unlike ?? 1];
    if (!isKept) this.kept = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.onPageKey);
    document.addEventListener("scrollend", this.onScrolled);
  }

  override disconnectedCallback(): void {
    window.removeEventListener("keydown", this.onPageKey);
    document.removeEventListener("scrollend", this.onScrolled);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { runs } = this;
    if (runs === null || !(["runs", "left", "right"] as const).some((name) => changed.has(name))) return;
    const places = shownPlaces(runs, this.left, this.right);
    const [left, right] = places === null ? [] : [runs[places.left], runs[places.right]];
    this.pair =
      left !== undefined && right !== undefined && isRead(left) && isRead(right) ? pairOf(left, right) : null;
    if (places !== null) ({ left: this.left, right: this.right } = places);
    this.cursor = null;
    this.isCardOpen = false;
    this.difference = -1;
    this.takeKept();
  }

  /** Restores the reader's position, once. */
  private takeKept(): void {
    const { kept, pair } = this;
    this.kept = null;
    if (kept === null || pair === null) return;
    const { cursor, scrolledPx } = kept;
    if (cursor !== null && cursor.entry < pair[cursor.side].side.entries.length) {
      this.cursor = cursor;
      this.isCardOpen = kept.isCardOpen;
    }
    this.scrolledPx = scrolledPx;
    void this.updateComplete.then(async () => {
      await this.text()?.updateComplete;
      window.scrollTo(0, scrolledPx);
    });
  }

  private readonly onScrolled = (): void => {
    if (this.runs === null) return;
    this.scrolledPx = window.scrollY;
    this.keep();
  };

  private keep(): void {
    const { uris, byPrompt, left, right, hasGhosts, hasAllFigures, cursor } = this;
    const { isCardOpen, isCardShort, scrolledPx } = this;
    const kept: KeptCompare = {
      ...{ uris, byPrompt, left, right, hasGhosts, hasAllFigures, cursor },
      ...{ isCardOpen, isCardShort, scrolledPx },
    };
    this.host.setState(kept);
  }

  protected override updated(): void {
    // Before the traces arrive there is nothing new to keep.
    if (this.runs !== null) this.keep();
  }

  protected override render(): TemplateResult | typeof nothing {
    return this.runs === null ? nothing : pageView(this.shown(this.runs), this.actions);
  }

  private shown(runs: readonly ComparedRun[]): ComparePage {
    return {
      runs,
      prompts: this.prompts,
      pair: this.pair,
      left: this.left,
      right: this.right,
      hasGhosts: this.hasGhosts,
      hasAllFigures: this.hasAllFigures,
      cursor: this.cursor,
      isCardOpen: this.isCardOpen,
      isCardShort: this.isCardShort,
      difference: this.difference,
      announcement: this.announcement,
    };
  }

  private readonly actions: CompareActions = {
    onChoose: (place) => {
      this.host.post({ kind: "choose", place });
    },
    onOpen: (place) => {
      this.host.post({ kind: "open", place });
    },
    onPrompt: (at) => {
      this.showPrompt(at);
    },
    onShow: ({ uri }) => {
      const place = (this.runs ?? []).findIndex((run) => run.uri === uri);
      if (place < 0 || place === this.left) return;
      const prompt = (this.prompts ?? []).findIndex(({ places }) => places.includes(place));
      if (prompt >= 0) this.showPrompt(prompt);
      this.right = place;
      void this.updateComplete.then(() => {
        this.querySelector("#text-title")?.scrollIntoView({ block: "start" });
      });
    },
    onUse: (settings) => {
      this.host.post({ kind: "use", settings });
    },
    onRemove: (place) => {
      this.host.post({ kind: "remove", place });
    },
    onSwap: () => {
      this.swap();
    },
    /** Picking the trace of the other side swaps the two. */
    onPick: (side, place) => {
      if (this[side === "left" ? "right" : "left"] === place) this.swap();
      else this[side] = place;
    },
    onAll: () => {
      this.hasAllFigures = !this.hasAllFigures;
    },
    onFirst: () => {
      this.difference = -1;
      this.cursor = null;
      this.goToDifference(1);
    },
    onNext: () => {
      this.goToDifference(1);
    },
    onPrevious: () => {
      this.goToDifference(-1);
    },
    onGhosts: () => {
      this.hasGhosts = !this.hasGhosts;
    },
    tokens: this.tokens,
    card: {
      onLength: () => {
        this.isCardShort = !this.isCardShort;
      },
      onClose: () => {
        this.closeCard();
      },
      onKey: (event) => {
        if (event.key === "Escape") this.closeCard();
      },
    },
  };

  /** The same two settings on another prompt, where it has both. */
  private showPrompt(at: number): void {
    const { prompts } = this;
    const to = prompts?.[at]?.places;
    const from = prompts?.find(({ places }) => places.includes(this.left))?.places;
    if (to === undefined || from === undefined || to === from) return;
    [this.left, this.right] = [this.left, this.right].map((place) => to[from.indexOf(place)] ?? -1) as [
      number,
      number,
    ];
    if (this.left < 0 || this.right < 0) [this.left, this.right] = [to[0] ?? 0, to[1] ?? 0];
  }

  private closeCard(): void {
    this.isCardOpen = false;
    this.tokens.focusToken();
  }

  private text(): CompareText | null {
    return this.querySelector<CompareText>("laser-compare-text");
  }

  private swap(): void {
    [this.left, this.right] = [this.right, this.left];
  }

  /** Wraps around at the ends. Starts from the cursor if that was moved. */
  private goToDifference(direction: 1 | -1): void {
    const { pair } = this;
    const count = pair?.differences.length ?? 0;
    if (pair === null || count === 0) {
      this.announcement = nextLiveText(this.announcement, t("There are no differences."));
      return;
    }
    const isFirst = this.difference < 0;
    this.difference = isFirst
      ? differenceFrom(pair, this.cursor, direction)
      : (this.difference + direction + count) % count;
    this.cursor = cursorAt(pair, this.difference);
    this.announcement = nextLiveText(this.announcement, differenceWords(pair, this.difference));
    this.text()?.focusCursor("center");
  }

  private readonly onPageKey = (event: KeyboardEvent): void => {
    if (isTyping(event.target) || isChord(event)) return;
    if (event.key === "n" || (event.key === "F7" && !event.shiftKey)) this.goToDifference(1);
    else if (event.key === "p" || event.key === "F7") this.goToDifference(-1);
    else return;
    event.preventDefault();
  };

  private cursorOf(target: EventTarget | null): CompareCursor | null {
    const token = target instanceof Element ? target.closest<HTMLElement>("[data-place]") : null;
    const side = token?.closest<HTMLElement>("[data-side]")?.dataset.side;
    if (token === null || this.pair === null || (side !== "left" && side !== "right")) return null;
    const entry = entryAt(this.pair[side].side, Number(token.dataset.step), Number(token.dataset.place));
    return entry < 0 ? null : { side, entry };
  }
}
