// Which tokens control a model, so that a text must not hold them: those of the file's control type, those that llama.cpp
// makes control on loading ("control-looking"), and tokens of the user-defined type that open or close turns.

/** What llama.cpp made of a token on loading. */
export interface LoadedToken {
  readonly control: boolean;
  readonly userDefined: boolean;
  /** It ends an answer. */
  readonly endOfText: boolean;
}

/** control: adds nothing to a text · turn: a text when the model writes it, and control in a prompt · text: any other. */
export type TokenRole = "control" | "turn" | "text";

/** Elements of HTML that some vocabularies (Gemma's) have as tokens for ordinary text. */
const HTML_ELEMENTS = new Set(
  (
    "a abbr address article aside b bdi bdo blockquote body br button caption center cite code col colgroup dd del " +
    "details dfn div dl dt em fieldset figcaption figure footer font form h1 h2 h3 h4 h5 h6 head header hr html i input " +
    "ins kbd label legend li link main mark menu meta nav ol optgroup option p pre q s samp script section select small " +
    "span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr tt u ul " +
    "var wbr"
  ).split(" "),
);

/** `<…>`, `[…]` and their like, without white space: how turns, tools and images are marked. */
const MARKUP = /^(<[^\s<>]+>|\[[^\s[\]]+\]|◁[^\s]+▷|＜[^\s]+＞)$/u;
const HTML_TAG = /^<\/?([a-z][a-z0-9]*)\/?>$/;

/**
 * The role of a token by its spelling in the file.
 * @param isControlInFile its type in the file is control
 * @param template the chat template, which shows what this model's turns are made of; empty if there is none
 */
export function roleOf(
  text: string,
  isControlInFile: boolean,
  { control, userDefined, endOfText }: LoadedToken,
  template: string,
): TokenRole {
  if (isControlInFile || control || (userDefined && endOfText)) return "control";
  if (!userDefined) return "text";
  if (MARKUP.test(text)) return looksLikeMark(text) ? "turn" : "text";
  // Runs of blanks are tokens for ordinary text in many vocabularies, and every template holds some.
  const isMark = text.trim() !== "" && Array.from(text).length > 1;
  return isMark && template.includes(text) ? "turn" : "text";
}

/** Whether a text is spelled as marks of turns, tools and images are, and as no element of HTML. */
export function looksLikeMark(text: string): boolean {
  if (!MARKUP.test(text)) return false;
  const name = HTML_TAG.exec(text)?.[1];
  return name === undefined || !HTML_ELEMENTS.has(name);
}
