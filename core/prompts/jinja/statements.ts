// Parses a whole template. A mistake in one piece is noted with its place, and the rest is still read.
import { t } from "../../base/index.ts";
import type { Span } from "../positions.ts";
import { ExpressionParser } from "./expressions.ts";
import { insteadOf } from "./dialects.ts";
import { SyntaxMistake, type Mistake } from "./faults.ts";
import type { Body, Expression, FilterUse, Parameter, Statement, Target } from "./nodes.ts";
import { cutPieces, insideOf, textOf, type Piece, type WhiteSpaceRules } from "./pieces.ts";

export interface Template {
  readonly source: string;
  readonly pieces: readonly Piece[];
  readonly body: Body;
  /** In the order of the template; a template with mistakes isn't rendered. */
  readonly mistakes: readonly Mistake[];
}

/** Blocks and the word that ends each. */
const ENDS: ReadonlyMap<string, string> = new Map(
  ["if", "for", "macro", "call", "filter", "set", "with", "block", "autoescape", "generation"].map((word) => [
    word,
    `end${word}`,
  ]),
);
const END_WORDS: ReadonlySet<string> = new Set(ENDS.values());
const OTHER_FILES: ReadonlySet<string> = new Set(["include", "import", "from", "extends"]);
const DEEPEST_BLOCKS = 100;

/** Never throws. */
export function parseTemplate(source: string, rules: WhiteSpaceRules): Template {
  const { pieces, unclosed } = cutPieces(source);
  const reader = new Reader(source, pieces, rules);
  const body = reader.body(null);
  if (unclosed !== null) {
    const signs = { "{": "}}", "%": "%}", "#": "#}" }[source[unclosed.start + 1] ?? ""] ?? "}}";
    const isRaw = /^\{%[-+]?\s*raw\b/.test(source.slice(unclosed.start, unclosed.end));
    const reason = isRaw ? t("it has no {% endraw %}") : t("there is no closing {0}", signs);
    reader.mistakes.push({ span: unclosed, reason });
  }
  for (const { piece, word } of unclosed === null ? reader.unended.slice(0, 1) : [])
    reader.mistakes.push({ span: piece, reason: t("it has no {% {0} %}", ENDS.get(word) ?? "") });
  const mistakes = reader.mistakes.sort((a, b) => a.span.start - b.span.start);
  return { source, pieces, body, mistakes };
}

/** An open block: what may end or divide it. */
interface Open {
  readonly word: string;
  readonly piece: Piece;
  readonly outer: Open | null;
  readonly depth: number;
}

interface Divider {
  readonly word: string;
  readonly piece: Piece;
  readonly parser: ExpressionParser;
}

class Reader {
  readonly mistakes: Mistake[] = [];
  /** Blocks that the template leaves open, from the innermost outwards. */
  readonly unended: Open[] = [];
  private at = 0;
  /** The `else`, `elif` or end at which the last body stopped; null at the end of the template. */
  private divider: Divider | null = null;

  constructor(
    private readonly source: string,
    private readonly pieces: readonly Piece[],
    private readonly rules: WhiteSpaceRules,
  ) {}

  /** Statements up to the next divider of `open`, or to the end of the template. */
  body(open: Open | null): Body {
    const statements: Statement[] = [];
    this.divider = null;
    while (this.at < this.pieces.length) {
      const index = this.at++;
      const piece = this.pieces[index]!;
      if (piece.kind === "text") {
        const text = textOf(this.source, this.pieces, index, this.rules);
        if (text !== "") statements.push({ kind: "text", text, start: piece.start, end: piece.end });
      } else if (piece.kind === "expression") {
        const value = this.attempt(piece, (parser) => {
          const found = parser.tuple();
          parser.expectEnd();
          return found;
        });
        if (value !== null) statements.push({ kind: "print", value, start: piece.start, end: piece.end });
      } else if (piece.kind === "statement") {
        const statement = this.statement(piece, open);
        if (statement === "divider") return statements;
        if (statement !== null) statements.push(statement);
      }
    }
    if (open !== null) this.unended.push(open);
    this.divider = null;
    return statements;
  }

  private attempt<T>(piece: Piece, action: (parser: ExpressionParser) => T): T | null {
    const inside = insideOf(piece);
    try {
      if (piece.kind === "expression" && !this.source.endsWith("}}", piece.end))
        throw new SyntaxMistake(t("it is closed by the wrong bracket"));
      if (piece.kind === "statement" && !this.source.endsWith("%}", piece.end))
        throw new SyntaxMistake(t("it is closed by the wrong bracket"));
      return action(new ExpressionParser(this.source, inside.start, inside.end));
    } catch (error) {
      if (!(error instanceof SyntaxMistake)) throw error;
      const { message: reason, instead } = error;
      this.mistakes.push({ span: piece, reason, ...(instead !== undefined && { instead }) });
      return null;
    }
  }

  private note(piece: Span, reason: string): null {
    this.mistakes.push({ span: { start: piece.start, end: piece.end }, reason });
    return null;
  }

  private statement(piece: Piece, open: Open | null): Statement | "divider" | null {
    const inside = insideOf(piece);
    const word = /^\s*(\w+)/.exec(this.source.slice(inside.start, inside.end))?.[1] ?? "";
    if (END_WORDS.has(word) || word === "else" || word === "elif") return this.end(piece, word, open);
    const isOpening = ENDS.has(word) && !(word === "set" && this.assigns(piece));
    if (isOpening) {
      const depth = (open?.depth ?? 0) + 1;
      if (depth > DEEPEST_BLOCKS)
        return this.note(piece, t("it is nested more than {0} blocks deep", DEEPEST_BLOCKS));
      return this.block(piece, { word, piece, outer: open, depth });
    }
    return this.attempt(piece, (parser): Statement => {
      parser.expectName(t("the name of a statement"));
      const { start, end } = piece;
      if (word === "set") {
        const target = parser.target(true);
        parser.expectSign("=");
        const value = parser.tuple();
        parser.expectEnd();
        return { kind: "set", target, value, start, end };
      }
      if (word === "print" || word === "do") {
        const value = parser.tuple();
        parser.expectEnd();
        return word === "print"
          ? { kind: "print", value, start, end }
          : { kind: "set", target: { kind: "tuple", items: [], start, end }, value, start, end };
      }
      if (word === "break" || word === "continue") {
        parser.expectEnd();
        if (!isInLoop(open)) throw new SyntaxMistake(t("{% {0} %} is not inside a loop", word));
        return { kind: word, start, end };
      }
      if (OTHER_FILES.has(word)) throw new SyntaxMistake(t("a template here can't read other templates"));
      throw new SyntaxMistake(t('there is no statement "{0}"', word), insteadOf("statement", word));
    });
  }

  private assigns(piece: Piece): boolean {
    const inside = insideOf(piece);
    const text = this.source.slice(inside.start, inside.end);
    return /^\s*set\s[^|("']*=/.test(text);
  }

  /** An `else`, `elif` or end: it stops the body of the block it belongs to. */
  private end(piece: Piece, word: string, open: Open | null): "divider" | null {
    const fits =
      open !== null &&
      (ENDS.get(open.word) === word ||
        (word === "elif" && open.word === "if") ||
        (word === "else" && (open.word === "if" || open.word === "for")));
    if (!fits) {
      if (!END_WORDS.has(word))
        return this.note(piece, t("{% {0} %} doesn't belong to any open block", word));
      return this.note(
        piece,
        open === null
          ? t("{% {0} %} doesn't close any block", word)
          : t("{% {0} %} is inside an open {% {1} %}", word, open.word),
      );
    }
    const parser = this.attempt(piece, (found) => {
      found.next();
      // Jinja2 allows the name of a macro or block to be repeated.
      if (word === "endmacro" || word === "endblock") while (found.isName()) found.next();
      if (word !== "elif") found.expectEnd();
      return found;
    });
    const inside = insideOf(piece);
    const empty = (): ExpressionParser => new ExpressionParser(this.source, inside.end, inside.end);
    this.divider = { word, piece, parser: parser ?? empty() };
    return "divider";
  }

  /** A block with everything inside it. An erroneous one is read to its end, or its end would be reported, too. */
  private block(piece: Piece, open: Open): Statement | null {
    const head = this.attempt(piece, (parser) => {
      parser.next();
      const found = readHead(open.word, parser);
      parser.expectEnd();
      return found;
    });
    const parts: { readonly divider: Divider | null; readonly body: Body }[] = [];
    let divider: Divider | null = null;
    let hasElse = false;
    for (;;) {
      const body = this.body(open);
      parts.push({ divider, body });
      divider = this.divider;
      if (divider === null || END_WORDS.has(divider.word)) break;
      if (hasElse) this.note(divider.piece, t("{% {0} %} comes after {% else %}", divider.word));
      hasElse ||= divider.word === "else";
    }
    const end = this.pieces[this.at - 1]?.end ?? piece.end;
    if (head === null) return null;
    const span = { start: piece.start, end };
    const [first] = parts;
    const body = first?.body ?? [];
    if (head.kind === "if") {
      const branches = [{ test: head.test, body }];
      for (const part of parts.slice(1)) {
        const { divider: by } = part;
        if (by?.word !== "elif") continue;
        const test = this.attempt(by.piece, (parser) => {
          parser.next();
          const found = parser.tuple(false);
          parser.expectEnd();
          return found;
        });
        if (test !== null) branches.push({ test, body: part.body });
      }
      return { kind: "if", branches, otherwise: elseOf(parts), ...span };
    }
    if (head.kind === "for") return { ...head, body, otherwise: elseOf(parts), ...span };
    return { ...head, body, ...span };
  }
}

function elseOf(parts: readonly { readonly divider: Divider | null; readonly body: Body }[]): Body {
  return parts.find(({ divider }) => divider?.word === "else")?.body ?? [];
}

function isInLoop(open: Open | null): boolean {
  for (let at = open; at !== null; at = at.outer) if (at.word === "for") return true;
  return false;
}

type Head =
  | { readonly kind: "if"; readonly test: Expression }
  | {
      readonly kind: "for";
      readonly target: Target;
      readonly iterable: Expression;
      readonly filter: Expression | null;
      readonly isRecursive: boolean;
    }
  | { readonly kind: "capture"; readonly target: Target; readonly filters: readonly FilterUse[] }
  | { readonly kind: "with"; readonly values: readonly (readonly [Target, Expression])[] }
  | { readonly kind: "macro"; readonly name: string; readonly parameters: readonly Parameter[] }
  | { readonly kind: "callBlock"; readonly call: Expression; readonly parameters: readonly Parameter[] }
  | { readonly kind: "filterBlock"; readonly filters: readonly FilterUse[] }
  | { readonly kind: "group" };

/** What follows the first word of a block. */
function readHead(word: string, parser: ExpressionParser): Head {
  switch (word) {
    case "if":
      return { kind: "if", test: parser.tuple(false) };
    case "for": {
      const target = parser.target();
      if (!parser.skipName("in")) throw parser.unexpected('"in"');
      const iterable = parser.tuple(false, () => parser.isName("recursive"));
      const filter = parser.skipName("if") ? parser.expression() : null;
      return { kind: "for", target, iterable, filter, isRecursive: parser.skipName("recursive") };
    }
    case "set": {
      const target = parser.target(true);
      const filters: FilterUse[] = [];
      while (parser.skipSign("|")) filters.push(parser.filter());
      return { kind: "capture", target, filters };
    }
    case "with": {
      const values: (readonly [Target, Expression])[] = [];
      while (parser.token.kind !== "end") {
        if (values.length > 0) parser.expectSign(",");
        const target = parser.target();
        parser.expectSign("=");
        values.push([target, parser.expression()]);
      }
      return { kind: "with", values };
    }
    case "macro":
      return { kind: "macro", name: parser.expectName().value, parameters: parametersOf(parser) };
    case "call": {
      const parameters = parser.isSign("(") ? parametersOf(parser) : [];
      const call = parser.expression();
      if (call.kind !== "call") throw new SyntaxMistake(t("a call is expected"));
      return { kind: "callBlock", call, parameters };
    }
    case "filter": {
      const filters = [parser.filter()];
      while (parser.skipSign("|")) filters.push(parser.filter());
      return { kind: "filterBlock", filters };
    }
    case "block":
      parser.expectName();
      while (parser.isName("scoped", "required")) parser.next();
      return { kind: "group" };
    case "autoescape": {
      const value = parser.expression();
      if (value.kind !== "constant" || value.value !== false)
        throw new SyntaxMistake(
          t("text for a model isn't escaped: write {% autoescape false %}, or leave it out"),
        );
      return { kind: "group" };
    }
    default:
      return { kind: "group" };
  }
}

function parametersOf(parser: ExpressionParser): readonly Parameter[] {
  parser.expectSign("(");
  const parameters: Parameter[] = [];
  while (!parser.isSign(")")) {
    if (parameters.length > 0) parser.expectSign(",");
    if (parser.isSign(")")) break;
    const { value } = parser.expectName();
    const fallback = parser.skipSign("=") ? parser.expression() : null;
    if (fallback === null && parameters.at(-1)?.fallback)
      throw new SyntaxMistake(t("a parameter without a default comes after one with a default"));
    parameters.push({ name: value, fallback });
  }
  parser.expectSign(")");
  return parameters;
}
