// Tokens on a terminal: each class has a colour and, without colours, marks, so that classes can be distinguished
// either way.
import { isKept } from "../../../core/laser/index.ts";
import type { TokenClass } from "../../protocol/worker.ts";
import { terminalText, withoutUnseen } from "../../../core/trace/index.ts";
import { styled, type Style } from "./styles.ts";

interface Look {
  readonly style: Style | null;
  /** Put before and after a run of tokens of the class without colours. */
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

/** Width of the longest name with its marks, among the answer's classes and among all. */
const NAME_CELLS = { answer: 11, all: 13 };

/** True if the stream supports colours and they are not turned off. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== "0") return true;
  return stream.isTTY === true && env.TERM !== "dumb";
}

/** Explains the classes, one per line: those of an answer, or all. */
export function legend(colour: boolean, classes: "answer" | "all" = "answer"): string {
  return (Object.keys(LOOKS) as (keyof typeof LOOKS)[])
    .filter((name) => classes === "all" || !GHOSTS.has(name))
    .map(
      (name) =>
        `${colour ? paint(name, name.padEnd(NAME_CELLS[classes])) : mark(name, name).padEnd(NAME_CELLS[classes])}  ${LOOKS[name].meaning}`,
    )
    .join("\n");
}

/** How classes are distinguished: by colour, by marks, or not at all (text only). */
export type TokenStyle = "colour" | "marks" | "text";

/** Writes tokens one after another; a run of one class shares its marks. */
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
    const shown = terminalText(text);
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

  /** Ends the last run and the line; does nothing if no token was written. */
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
  return withoutUnseen(terminalText(text)).replaceAll("\n", "⏎").replaceAll("\t", "␉");
}

function paint(tokenClass: TokenClass | GhostClass, text: string): string {
  const { style } = LOOKS[tokenClass];
  return style === null ? text : styled(style, text);
}

function mark(tokenClass: TokenClass | GhostClass, text: string): string {
  const [before, closing] = LOOKS[tokenClass].marks;
  return before + text + closing;
}
