// What keys and buttons of the trace page do beyond changing its state: jumps to a match, a flip or the divergence
// of a what-if, and requests to the extension. A command that finds nothing says so.
import { t } from "../../core/base/index.ts";
import type { FromTraceEditor } from "../../extension/shared/traceEditor.ts";
import { selectionOf, serialiseSelection, type WhatIf } from "../../core/inspect/index.ts";
import type { WebviewHost } from "../page/host.ts";
import type { Cursor } from "../run/model/cursor.ts";
import { nextMark, stepsOf, type Marks } from "../run/stream/marks.ts";
import { placeOfDivergence } from "../run/whatIf/whatIfPath.ts";
import { selectedSteps } from "../run/stream/token.ts";
import { tokensBefore, type Candidate } from "../run/card/why.ts";
import type { LoadedTrace } from "./loadTrace.ts";
import type { Lookups } from "./traceLookups.ts";
import type { TraceState } from "./traceState.ts";
import { settingsOf } from "./whatIf/whatIfChoice.ts";

export interface CommandedPage {
  readonly loaded: LoadedTrace | null;
  readonly state: TraceState;
  readonly lookups: Lookups;
  readonly host: Pick<WebviewHost<FromTraceEditor>, "post">;
  /** Moves the cursor to a token and focuses it. */
  visit(cursor: Cursor): void;
  say(words: string): void;
}

export class TraceCommands {
  constructor(private readonly page: CommandedPage) {}

  readonly toMatch = (direction: 1 | -1): void => {
    const matches = this.marks?.matches ?? null;
    this.jump(
      matches,
      direction,
      matches === null ? t("No filter is set.") : t("No token matches the filter."),
    );
  };

  readonly toFlip = (direction: 1 | -1): void => {
    this.jump(this.marks?.flips?.keys() ?? null, direction, t("The what-if changes no verdict."));
  };

  readonly toDivergence = (): void => {
    const result = this.whatIf;
    if (result === null) return;
    const { loaded } = this.page;
    if (result.divergence === null || loaded === null) this.page.say(t("The text would be the same."));
    else this.page.visit(placeOfDivergence(loaded.trace, result.divergence));
  };

  /** Continues with the what-if's rule after the token that it would put at the divergence. */
  readonly runAgain = (): void => {
    const { whatIf } = this.page.state;
    const divergence = this.whatIf?.divergence ?? null;
    if (whatIf === null || divergence === null) return;
    const { rule, guards } = whatIf;
    const { tokensBefore: before, becomes: token } = divergence;
    this.page.host.post({ kind: "continueFrom", tokensBefore: before, token, rule, guards });
  };

  /** Continues after a candidate instead of the token at the cursor. */
  readonly take = ({ id }: Candidate): void => {
    const { loaded, state } = this.page;
    const view = state.cursor === null ? undefined : loaded?.run.steps[state.cursor.step];
    if (loaded === null || view === undefined || state.cursor === null) return;
    const before = tokensBefore(loaded.run, view, state.cursor.place);
    this.page.host.post({ kind: "continueFrom", tokensBefore: before, token: id });
  };

  readonly applySettings = (): void => {
    const { loaded, state, lookups } = this.page;
    if (loaded === null) return;
    const settings = settingsOf(state.whatIf ?? lookups.ownChoice(loaded.trace));
    if (settings !== null) this.page.host.post({ kind: "applySettings", settings });
  };

  /** Copies the steps of the selected text, or those that match the filter, or the one at the cursor. */
  readonly copy = (): void => {
    const { loaded, state } = this.page;
    if (loaded === null) return;
    const matches = this.marks?.matches ?? null;
    const found =
      matches === null ? new Set(state.cursor === null ? [] : [state.cursor.step]) : stepsOf(matches);
    const steps = selectedSteps() ?? found;
    this.page.host.post({ kind: "copy", text: serialiseSelection(selectionOf(loaded.trace, steps)) });
    this.page.say(t("Copied {0} as JSON.", steps.size === 1 ? t("one step") : `${steps.size} steps`));
  };

  private get marks(): Marks | null {
    const { loaded, state, lookups } = this.page;
    return loaded === null ? null : lookups.marksOf(loaded, state);
  }

  /** The result of the what-if that is set; null without one. */
  private get whatIf(): WhatIf | null {
    const { loaded, state, lookups } = this.page;
    return loaded === null || state.whatIf === null ? null : lookups.whatIf(loaded.trace, state.whatIf);
  }

  private jump(keys: Iterable<number> | null, direction: 1 | -1, none: string): void {
    const found = keys === null ? null : nextMark(keys, this.page.state.cursor, direction);
    if (found === null) this.page.say(none);
    else this.page.visit(found);
  }
}
