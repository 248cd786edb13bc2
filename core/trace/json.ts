// Where a text stops being JSON. Engines word this differently and some give no position, so a small scanner
// finds it after the built-in parser has refused the text. jsonc-parser descends by recursion, which
// deep brackets exhaust, and reports other positions for some faults (docs/decisions/024).

export interface JsonFault {
  /** Offset of the first unexpected character, in UTF-16 units; the length of the text if it ends too early. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The text is well formed, but ends too early. */
  readonly isCut: boolean;
}

export type JsonResult =
  | { readonly ok: true; readonly value: unknown }
  | ({ readonly ok: false } & JsonFault);

/** Parses JSON, ignoring a leading byte order mark. Never throws. */
export function parseJson(text: string): JsonResult {
  try {
    return { ok: true, value: JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text) };
  } catch {
    return { ok: false, ...findFault(text) };
  }
}

/** Nesting limit, deeper than any reader of a trace needs: writing deeper values would exhaust the stack. */
const MAX_DEPTH = 200;

/** Whether lists and objects are nested deeper than that. A loop, because recursion would exhaust the stack too. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((item): unknown[] =>
      typeof item === "object" && item !== null ? Object.values(item) : [],
    );
  }
  return false;
}

const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A number or a word whose end is missing. */
const cutScalar = /^(?:-|-?\d+(?:\.|(?:\.\d+)?[eE][+-]?)|t|tr|tru|f|fa|fal|fals|n|nu|nul)$/;
const space = /[ \t\r\n]*/y;

function findFault(text: string): JsonFault {
  const { offset, isCut } = new Scanner(text).run();
  const before = text.slice(0, offset).split("\n");
  return { offset, line: before.length, column: before.at(-1)!.length + 1, isCut };
}

class Scanner {
  private at: number;
  /** Where the last number or word began. */
  private scalarAt = 0;
  private readonly closers: ("}" | "]")[] = [];

  constructor(private readonly text: string) {
    this.at = text.startsWith("\uFEFF") ? 1 : 0;
  }

  run(): { offset: number; isCut: boolean } {
    // What may come next. "first…" is the state after an opening bracket, which may be closed at once.
    let wanted: "value" | "firstValue" | "key" | "firstKey" | "rest" = "value";
    for (;;) {
      this.take(space);
      const sign = this.text[this.at];
      if (sign === undefined) return this.stop();
      if (wanted !== "value" && wanted !== "key" && sign === this.closers.at(-1)) {
        this.closers.pop();
        this.at++;
        wanted = "rest";
      } else if (wanted === "rest") {
        if (sign !== "," || this.closers.length === 0) return this.stop();
        this.at++;
        wanted = this.closers.at(-1) === "}" ? "key" : "value";
      } else if (wanted === "key" || wanted === "firstKey") {
        if (!this.takeString()) return this.stop();
        this.take(space);
        if (this.text[this.at] !== ":") return this.stop();
        this.at++;
        wanted = "value";
      } else if (sign === "{" || sign === "[") {
        this.closers.push(sign === "{" ? "}" : "]");
        this.at++;
        wanted = sign === "{" ? "firstKey" : "firstValue";
      } else {
        const isString = sign === '"';
        if (!isString) this.scalarAt = this.at;
        if (!(isString ? this.takeString() : this.take(scalar))) return this.stop();
        wanted = "rest";
      }
    }
  }

  private stop(): { offset: number; isCut: boolean } {
    const { text, at, scalarAt } = this;
    const isCut = at >= text.length || (at - scalarAt < 400 && cutScalar.test(text.slice(scalarAt, at + 8)));
    return { offset: isCut ? text.length : at, isCut };
  }

  private take(piece: RegExp): boolean {
    piece.lastIndex = this.at;
    if (!piece.test(this.text)) return false;
    this.at = piece.lastIndex;
    return true;
  }

  /**
   * Moves after a string, or to its first invalid character. A loop: a regular expression needs stack for long
   * strings.
   */
  private takeString(): boolean {
    const { text } = this;
    if (text[this.at] !== '"') return false;
    for (this.at++; this.at < text.length; this.at++) {
      const sign = text[this.at]!;
      if (sign === '"') {
        this.at++;
        return true;
      }
      if (sign < " ") return false;
      if (sign !== "\\") continue;
      const escaped = text[++this.at];
      if (escaped === undefined || !'"\\/bfnrtu'.includes(escaped)) return false;
      for (let digits = 0; escaped === "u" && digits < 4; digits++) {
        this.at++;
        if (!/^[0-9a-fA-F]$/.test(text[this.at] ?? "")) return false;
      }
    }
    return false;
  }
}
