// Tokens on a terminal: each class with a colour and, where there is no colour, with marks, so that the classes can
// be told apart either way. It must not know where the tokens come from.
import { styleText } from "node:util";
import { isKept } from "../laser/index.ts";
import type { TokenClass } from "../protocol/worker.ts";

interface Look {
  readonly style: Parameters<typeof styleText>[0] | null;
  /** Put before and behind a run of tokens of the class where there is no colour. */
  readonly marks: readonly [string, string];
  readonly meaning: string;
}

const LOOKS: Readonly<Record<TokenClass, Look>> = {
  accepted: { style: "green", marks: ["‹", "›"], meaning: "drafted and the model's own choice" },
  relaxed: {
    style: ["yellow", "underline"],
    marks: ["~", "~"],
    meaning: "drafted, kept by relaxed verification",
  },
  correction: {
    style: ["magenta", "bold"],
    marks: ["^", ""],
    meaning: "the model's own, in place of a rejected draft",
  },
  bonus: { style: "cyan", marks: ["+", ""], meaning: "the model's own, behind a draft kept whole" },
  plain: { style: null, marks: ["", ""], meaning: "the model's own, no draft" },
};

/** As wide as the longest name with its marks. */
const NAME_CELLS = 11;

/** True when the stream shows colours and nobody asked for none. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== "0") return true;
  return stream.isTTY === true && env.TERM !== "dumb";
}

/** Explains every class, one a line. */
export function legend(colour: boolean): string {
  return (Object.keys(LOOKS) as TokenClass[])
    .map(
      (name) =>
        `${colour ? paint(name, name.padEnd(NAME_CELLS)) : mark(name, name).padEnd(NAME_CELLS)}  ${LOOKS[name].meaning}`,
    )
    .join("\n");
}

/** How classes are told apart: by colour, by marks, or not at all (the text alone). */
export type TokenStyle = "colour" | "marks" | "text";

/** Writes tokens one after the other; runs of one class share their marks. */
export class TokenPrinter {
  private open: TokenClass | null = null;
  private wrote = false;

  constructor(
    private readonly write: (text: string) => void,
    private readonly style: TokenStyle,
  ) {}

  token(text: string, tokenClass: TokenClass): void {
    if (text === "") return;
    this.wrote = true;
    const shown = visible(text);
    if (this.style !== "marks") {
      this.write(this.style === "colour" ? paint(tokenClass, shown) : shown);
      return;
    }
    const runs = isKept(tokenClass);
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

/** A model's text may hold control characters that would drive the terminal: they are shown as symbols. */
function visible(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are the point
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
  });
}

function paint(tokenClass: TokenClass, text: string): string {
  const { style } = LOOKS[tokenClass];
  return style === null ? text : styleText(style, text, { validateStream: false }); // Whether to colour was decided before.
}

function mark(tokenClass: TokenClass, text: string): string {
  const [before, behind] = LOOKS[tokenClass].marks;
  return before + text + behind;
}
