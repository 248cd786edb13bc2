// The keys of the inspector's pages, as data for the page's key handler, its help and the help command.

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

const EDITOR_TITLE = "In the trace editor";

export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    title: "In the answer",
    keys: [
      { keys: ["→", "↓"], does: "next token" },
      { keys: ["←", "↑"], does: "previous token" },
      { keys: ["Home"], does: "first token" },
      { keys: ["End"], does: "last token" },
      { keys: ["n"], does: "next rejected draft" },
      { keys: ["p"], does: "previous rejected draft" },
      { keys: ["r"], does: "next relaxed token" },
      { keys: ["Shift+R"], does: "previous relaxed token" },
      { keys: ["b"], does: "into the branches of the step's draft, and back" },
      { keys: ["↑", "↓"], does: "in a branch: the branch above or below" },
      { keys: ["←", "→"], does: "in a branch: along it, and to the token that it leaves" },
      { keys: ["d"], does: "next step without a draft" },
      { keys: ["Shift+D"], does: "previous step without a draft" },
      { keys: ["Enter", "Space"], does: "the token's card" },
      { keys: ["Escape"], does: "from the card back to the token, from a branch back to the answer" },
    ],
  },
  {
    title: EDITOR_TITLE,
    keys: [
      { keys: ["/"], does: "the filter" },
      { keys: ["m"], does: "next match of the filter" },
      { keys: ["Shift+M"], does: "previous match of the filter" },
      { keys: ["f"], does: "next verdict that the what-if changes" },
      { keys: ["Shift+F"], does: "previous verdict that the what-if changes" },
      { keys: ["g"], does: "granularity: tokens, words, lines" },
      { keys: ["1", "2", "3", "4"], does: "step, figures, what-if, about" },
      {
        keys: ["c"],
        does: "copy steps as JSON: those of the selected text, else the matching ones, else the one at the cursor",
        needsEditor: true,
      },
      { keys: ["?"], does: "this list" },
    ],
  },
  {
    title: "In lists, trees and charts",
    keys: [
      { keys: ["↑", "↓", "Page Up", "Page Down", "Home", "End"], does: "move through steps and rows" },
      { keys: ["←", "→"], does: "move along a branch of a draft tree or the bars of a chart" },
      { keys: ["↑", "↓"], does: "in a draft tree: the tokens of the same depth, siblings first" },
      { keys: ["Enter"], does: "choose a step or a token, filter by a bar, sort by a column" },
      { keys: ["+", "-", "0"], does: "in the timeline: zoom in, zoom out, show all" },
    ],
  },
];

/** The keys that work in an exported report. */
export const REPORT_KEY_GROUPS: readonly KeyGroup[] = KEY_GROUPS.map(({ title, keys }) => ({
  title: title === EDITOR_TITLE ? "In the report" : title,
  keys: keys.filter(({ needsEditor }) => needsEditor !== true),
}));
