// Tokens on a terminal: each class with a colour and, where there is no colour, with marks, so that the
// classes can be told apart either way.
import { styleText } from "node:util";
import { isKept } from "../laser/index.ts";
import type { TokenClass } from "../protocol/worker.ts";
import { withoutTurns, withoutUnseen } from "../trace/index.ts";

interface Look {
  readonly style: Parameters<typeof styleText>[0] | null;
  /** Put before and behind a run of tokens of the class where there is no colour. */
  readonly marks: readonly [string, string];
  readonly meaning: string;
}

/** A drafted token that is not in the answer. */
export type GhostClass = "rejected" | "unreached";

const LOOKS: Readonly<Record<TokenClass | GhostClass, Look>> = {
  accepted: { style: "green", marks: ["‹", "›"], meaning: "drafted and the model's own choice" },
  relaxed: {
    style: ["yellow", "underline"],
    marks: ["~", "~"],
    meaning: "drafted, kept by relaxed verification",
  },
  correction: {
    style: ["magenta", "bold"],
    marks: ["^", ""],
    meaning: "the model's own, instead of a rejected draft",
  },
  bonus: { style: "cyan", marks: ["+", ""], meaning: "the model's own, after a draft kept whole" },
  plain: { style: null, marks: ["", ""], meaning: "the model's own, no draft" },
  rejected: { style: ["red", "strikethrough"], marks: ["[-", "-]"], meaning: "drafted, judged, not kept" },
  unreached: {
    style: ["gray", "italic"],
    marks: ["[?", "?]"],
    meaning: "drafted after a rejected token: never judged",
  },
};
const GHOSTS: ReadonlySet<string> = new Set<GhostClass>(["rejected", "unreached"]);

/** As wide as the longest name with its marks, of the answer's classes and of all. */
const NAME_CELLS = { answer: 11, all: 13 };

/** True when the stream shows colours and nobody asked for none. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== "0") return true;
  return stream.isTTY === true && env.TERM !== "dumb";
}

/** Explains every class, one a line; those of an answer, or those that are not in it as well. */
export function legend(colour: boolean, classes: "answer" | "all" = "answer"): string {
  return (Object.keys(LOOKS) as (keyof typeof LOOKS)[])
    .filter((name) => classes === "all" || !GHOSTS.has(name))
    .map(
      (name) =>
        `${colour ? paint(name, name.padEnd(NAME_CELLS[classes])) : mark(name, name).padEnd(NAME_CELLS[classes])}  ${LOOKS[name].meaning}`,
    )
    .join("\n");
}

/** How classes are told apart: by colour, by marks, or not at all (the text alone). */
export type TokenStyle = "colour" | "marks" | "text";

/** Writes tokens one after the other; runs of one class share their marks. */
export class TokenPrinter {
  private open: TokenClass | GhostClass | null = null;
  private wrote = false;

  constructor(
    private readonly write: (text: string) => void,
    private readonly style: TokenStyle,
  ) {}

  token(text: string, tokenClass: TokenClass | GhostClass): void {
    if (text === "") return;
    this.wrote = true;
    const shown = visible(text);
    if (this.style !== "marks") {
      this.write(this.style === "colour" ? paint(tokenClass, shown) : shown);
      return;
    }
    const runs = isKept(tokenClass) || GHOSTS.has(tokenClass);
    if (this.open === tokenClass && runs) {
      this.write(shown);
      return;
    }
    this.close();
    this.write(LOOKS[tokenClass].marks[0] + shown);
    this.open = tokenClass;
  }

  /** Ends the last run and the line; nothing where no token was written. */
  end(): void {
    this.close();
    if (this.wrote) this.write("\n");
  }

  private close(): void {
    if (this.open !== null) this.write(LOOKS[this.open].marks[1]);
    this.open = null;
  }
}

/** A text on one line of a list: line breaks, tabs and marks that reorder or hide text are shown too. */
export function oneLine(text: string): string {
  return withoutUnseen(visible(text)).replaceAll("\n", "⏎").replaceAll("\t", "␉");
}

/** A model's text may hold control characters that would drive the terminal, or marks that turn it round: they are shown. */
export function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are the point
  return withoutTurns(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
  });
}

function paint(tokenClass: TokenClass | GhostClass, text: string): string {
  const { style } = LOOKS[tokenClass];
  return style === null ? text : styleText(style, text, { validateStream: false }); // Whether to colour was decided before.
}

function mark(tokenClass: TokenClass | GhostClass, text: string): string {
  const [before, behind] = LOOKS[tokenClass].marks;
  return before + text + behind;
}
