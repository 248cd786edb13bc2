// The keys of the inspector's pages, as data for the page's key handler, its help and the help command.
import { t } from "../../core/base/index.ts";

export interface KeyHelp {
  readonly keys: readonly string[];
  readonly does: string;
  /** Needs VS Code; not available in an exported report. */
  readonly needsEditor?: true;
}

export interface KeyGroup {
  readonly title: string;
  readonly keys: readonly KeyHelp[];
}

const EDITOR_TITLE = t("In the trace editor");

export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    title: t("In the answer"),
    keys: [
      { keys: ["→", "↓"], does: t("next token") },
      { keys: ["←", "↑"], does: t("previous token") },
      { keys: ["Home"], does: t("first token") },
      { keys: ["End"], does: t("last token") },
      { keys: ["n"], does: t("next rejected draft") },
      { keys: ["p"], does: t("previous rejected draft") },
      { keys: ["r"], does: t("next relaxed token") },
      { keys: ["Shift+R"], does: t("previous relaxed token") },
      { keys: ["b"], does: t("into the branches of the step's draft, and back") },
      { keys: ["↑", "↓"], does: t("in a branch: the branch above or below") },
      { keys: ["←", "→"], does: t("in a branch: along it, and to the token that it branches from") },
      { keys: ["d"], does: t("next step without a draft") },
      { keys: ["Shift+D"], does: t("previous step without a draft") },
      { keys: ["Enter", "Space"], does: t("the token's card") },
      { keys: ["Escape"], does: t("from the card back to the token, from a branch back to the answer") },
    ],
  },
  {
    title: EDITOR_TITLE,
    keys: [
      { keys: ["/"], does: t("the filter") },
      { keys: ["m"], does: t("next match of the filter") },
      { keys: ["Shift+M"], does: t("previous match of the filter") },
      { keys: ["f"], does: t("next verdict changed by the what-if") },
      { keys: ["Shift+F"], does: t("previous verdict changed by the what-if") },
      { keys: ["g"], does: t("granularity: tokens, words, lines") },
      { keys: ["1", "2", "3", "4"], does: t("step, figures, what-if, about") },
      {
        keys: ["c"],
        does: t(
          "copy steps as JSON: those of the selected text, else the matching ones, else the one at the cursor",
        ),
        needsEditor: true,
      },
      { keys: ["?"], does: t("this list") },
    ],
  },
  {
    title: t("In lists, trees and charts"),
    keys: [
      { keys: ["↑", "↓", "Page Up", "Page Down", "Home", "End"], does: t("move through steps and rows") },
      { keys: ["←", "→"], does: t("move along a branch of a draft tree or the bars of a chart") },
      { keys: ["↑", "↓"], does: t("in a draft tree: the tokens of the same depth, siblings first") },
      { keys: ["Enter"], does: t("choose a step or a token, filter by a bar, sort by a column") },
      { keys: ["+", "-", "0"], does: t("in the timeline: zoom in, zoom out, show all") },
    ],
  },
];

/** The keys that work in an exported report. */
export const REPORT_KEY_GROUPS: readonly KeyGroup[] = KEY_GROUPS.map(({ title, keys }) => ({
  title: title === EDITOR_TITLE ? t("In the report") : title,
  keys: keys.filter(({ needsEditor }) => needsEditor !== true),
}));
