// The Jinja template of one section: finds its errors with their positions, and renders it piece by piece so
// that a failure has a position, too.
import {
  evaluate,
  parse,
  reasonOf,
  tokenize,
  type JinjaEnvironment,
  type JinjaNode,
  type JinjaToken,
} from "./jinja.ts";
import { cutPieces, textOf, type Piece } from "./pieces.ts";
import type { Span } from "./positions.ts";
import { withPlaces } from "./variables.ts";

export interface TemplateMistake {
  /** Offsets into the template. */
  readonly span: Span;
  readonly reason: string;
}

/** A self-contained run of pieces: a text, an expression, or a block with everything inside it. */
interface Unit {
  readonly start: number;
  readonly nodes: readonly JinjaNode[];
  /** The same nodes, with the names of variables marked with their positions. */
  readonly placedNodes: readonly JinjaNode[];
}

export interface CompiledTemplate {
  readonly units: readonly Unit[];
  readonly mistakes: readonly TemplateMistake[];
}

/** Thrown by renderTemplate. */
export class TemplateRunError extends Error {
  constructor(
    /** Offset into the template of the unit that failed. */
    readonly offset: number,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
  }
}

const BLOCK_ENDS: ReadonlyMap<string, string> = new Map([
  ["if", "endif"],
  ["for", "endfor"],
  ["macro", "endmacro"],
  ["call", "endcall"],
  ["filter", "endfilter"],
  ["set", "endset"],
]);
const ENDS: ReadonlySet<string> = new Set(BLOCK_ENDS.values());
const LONGEST_PIECE = 20_000;
const DEEPEST_BLOCKS = 100;
/** Statements of three tokens: `{% else %}`. */
const BARE: ReadonlySet<string> = new Set(["else", "break", "continue", ...ENDS]);

/** Never throws. The erroneous parts of a template have no units to render. */
export function compileTemplate(template: string): CompiledTemplate {
  const { pieces, unclosed } = cutPieces(template);
  const mistakes: TemplateMistake[] = [];
  const units: Unit[] = [];
  const open: BlockPiece[] = [];
  let tokens: JinjaToken[] = [];
  let placed: JinjaToken[] = [];
  let start = 0;
  let sound = true;
  for (const [index, piece] of pieces.entries()) {
    if (open.length === 0) {
      [tokens, placed, start, sound] = [[], [], piece.start, true];
    }
    const own = tokensOf(template, pieces, index);
    const block = blockOf(template, piece, own);
    // An erroneous block still opens and closes, or its end would be reported as well.
    const misplaced = block === null ? null : blockMistake(block, open);
    const reason = typeof own === "string" ? own : (pieceMistake(piece, own, block) ?? misplaced);
    if (typeof own === "string" || reason !== null) {
      mistakes.push({ span: piece, reason: reason ?? "" });
      sound = false;
      continue;
    }
    for (const token of own) tokens.push(token);
    for (const token of withPlaces(own, template, piece)) placed.push(token);
    if (open.length > 0 || !sound) continue;
    try {
      units.push({ start, nodes: parse(tokens), placedNodes: parse(placed) });
    } catch (error) {
      mistakes.push({ span: { start, end: piece.end }, reason: reasonOf(error) });
    }
  }
  if (unclosed !== null) {
    const signs = { "{": "}}", "%": "%}", "#": "#}" }[template[unclosed.start + 1] ?? "{"] ?? "}}";
    mistakes.push({ span: unclosed, reason: `there is no closing ${signs}` });
  } else {
    const inner = open.at(-1);
    if (inner !== undefined) {
      const end = BLOCK_ENDS.get(inner.word) ?? "";
      mistakes.push({ span: inner.piece, reason: `it has no {% ${end} %} in this section` });
    }
  }
  return { units, mistakes };
}

/**
 * Renders a template without errors.
 * @throws TemplateRunError with the offset of the text, expression or outermost block that failed
 */
export function renderTemplate(compiled: CompiledTemplate, environment: JinjaEnvironment): string {
  let text = "";
  for (const unit of compiled.units) {
    try {
      text += evaluate(unit.nodes, environment);
    } catch (error) {
      throw new TemplateRunError(unit.start, reasonOf(error), { cause: error });
    }
  }
  return text;
}

/** The tokens of one piece, or the reason why it can't be tokenized. */
function tokensOf(template: string, pieces: readonly Piece[], index: number): readonly JinjaToken[] | string {
  const piece = pieces[index]!;
  if (piece.kind === "comment") return [];
  if (piece.kind === "text") {
    const text = textOf(template, pieces, index);
    return text === "" ? [] : [{ value: text, type: "Text" }];
  }
  if (piece.end - piece.start > LONGEST_PIECE) return `it is longer than ${LONGEST_PIECE} characters`;
  try {
    return tokenize(withShortSpaces(template.slice(piece.start, piece.end)));
  } catch (error) {
    return reasonOf(error);
  }
}

/** Collapses white space in a piece to one blank, because the package's own pass over it takes quadratic time. */
function withShortSpaces(piece: string): string {
  return piece.replace(/"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\s+/g, (found) =>
    found.startsWith('"') || found.startsWith("'") ? found : " ",
  );
}

/** The block statement of a piece; null for anything else. */
interface BlockPiece {
  readonly word: string;
  /** `{% set x = 1 %}` needs no end; `{% set x %}…{% endset %}` does. */
  readonly needsEnd: boolean;
  readonly piece: Piece;
}

function blockOf(template: string, piece: Piece, tokens: readonly JinjaToken[] | string): BlockPiece | null {
  if (piece.kind !== "statement") return null;
  const text = template.slice(piece.start, piece.end);
  const word = /^\{%-?\s*(\w+)/.exec(text)?.[1] ?? "";
  const assigns =
    typeof tokens === "string" ? text.includes("=") : tokens.some(({ type }) => type === "Equals");
  return { word, needsEnd: BLOCK_ENDS.has(word) && !(word === "set" && assigns), piece };
}

/** Parses one piece alone, completed by the end of its block, so that an error is attributed to the right piece. */
function pieceMistake(piece: Piece, tokens: readonly JinjaToken[], block: BlockPiece | null): string | null {
  if (piece.kind !== "expression" && piece.kind !== "statement") return null;
  if (block !== null && BARE.has(block.word))
    return tokens.length === 3 ? null : `{% ${block.word} %} takes nothing after its name`;
  try {
    parse(completed(tokens, block));
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

function completed(tokens: readonly JinjaToken[], block: BlockPiece | null): readonly JinjaToken[] {
  if (block?.word === "elif") return [...tokenize("{% if x %}"), ...tokens, ...tokenize("{% endif %}")];
  if (block?.needsEnd !== true) return tokens;
  return [...tokens, ...tokenize(`{% ${BLOCK_ENDS.get(block.word) ?? ""} %}`)];
}

/** Updates the stack of open blocks; returns the reason if a piece does not fit it. */
function blockMistake(block: BlockPiece, open: BlockPiece[]): string | null {
  const { word, needsEnd } = block;
  const inner = open.at(-1);
  if (ENDS.has(word)) {
    if (inner === undefined) return `{% ${word} %} doesn't close any block of this section`;
    if (BLOCK_ENDS.get(inner.word) !== word) return `{% ${word} %} is inside an open {% ${inner.word} %}`;
    open.pop();
  } else if (word === "else" || word === "elif") {
    if (inner?.word !== "if" && !(word === "else" && inner?.word === "for"))
      return `{% ${word} %} doesn't belong to any open block of this section`;
  } else if (word === "break" || word === "continue") {
    if (!open.some((outer) => outer.word === "for")) return `{% ${word} %} is not inside a loop`;
  } else if (needsEnd) {
    if (open.length >= DEEPEST_BLOCKS) return `it is nested more than ${DEEPEST_BLOCKS} blocks deep`;
    open.push(block);
  }
  return null;
}
