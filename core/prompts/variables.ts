// Finds the names that a template reads from outside, and where. The Jinja package's tree has no positions,
// so every name is marked with its offset before parsing, and the mark is read back from the tree.
import { BUILT_IN_NAMES, type JinjaNode, type JinjaToken } from "./jinja.ts";
import type { Piece } from "./pieces.ts";
import type { Span } from "./positions.ts";

/** How a template reads a name: it needs a value, it has a default here, or it tests whether there is one. */
export type UseKind = "needed" | "defaulted" | "tested";

export interface VariableUse {
  readonly name: string;
  /** Offsets into the template. */
  readonly span: Span;
  readonly kind: UseKind;
}

const MARK = "\u0000";
/** Keywords inside an expression: the parser must see them unmarked. */
const OPERATORS: ReadonlySet<string> = new Set(["if", "else", "not", "and", "or", "is", "in"]);

interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | null;
}

export type VariableScope = Scope;

/** The scope of a whole file: `set` in one section applies to the sections after it. */
export function fileScope(): VariableScope {
  return { names: new Set(BUILT_IN_NAMES), parent: null };
}

/** The piece's tokens with `name` turned into `name MARK offset`, to parse a tree with positions. */
export function withPlaces(
  tokens: readonly JinjaToken[],
  template: string,
  piece: Piece,
): readonly JinjaToken[] {
  if (piece.kind !== "expression" && piece.kind !== "statement") return tokens;
  const words = wordOffsets(template.slice(piece.start, piece.end));
  let next = 0;
  let isKeyword = piece.kind === "statement";
  return tokens.map((token) => {
    if (token.type !== "Identifier") return token;
    const offset = words[next++] ?? 0;
    const bare = isKeyword || OPERATORS.has(token.value);
    isKeyword = false;
    return bare ? token : { type: token.type, value: `${token.value}${MARK}${piece.start + offset}` };
  });
}

/** Reports every read of a name that no `set`, `for` or `macro` defines, in the order of the template. */
export function freeVariables(nodes: readonly JinjaNode[], scope: VariableScope): readonly VariableUse[] {
  const uses: VariableUse[] = [];
  visit(nodes, scope, "needed", uses);
  return uses.sort((a, b) => a.span.start - b.span.start);
}

/** The offsets of the words in a piece that the package treats as names: not in strings, not after digits. */
function wordOffsets(piece: string): readonly number[] {
  const offsets: number[] = [];
  const lexeme = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[0-9]+|\w+/g;
  for (const match of piece.matchAll(lexeme)) if (/^[A-Za-z_]/.test(match[0])) offsets.push(match.index);
  return offsets;
}

function visit(value: unknown, scope: Scope, kind: UseKind, uses: VariableUse[]): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, scope, kind, uses);
  } else if (value instanceof Map) {
    for (const [key, item] of value) {
      visit(key, scope, kind, uses);
      visit(item, scope, kind, uses);
    }
  } else if (isNode(value)) {
    visitNode(value, scope, kind, uses);
  }
}

function visitNode(node: JinjaNode, scope: Scope, kind: UseKind, uses: VariableUse[]): void {
  switch (node.type) {
    case "Identifier":
      addUse(node, scope, kind, uses);
      return;
    case "For": {
      const inner = innerScope(scope, ["loop"]);
      const { iterable } = node;
      const select = isNode(iterable) && iterable.type === "SelectExpression" ? iterable : null;
      visit(select === null ? iterable : select.lhs, scope, kind, uses);
      declare(node.loopvar, inner);
      if (select !== null) visit(select.test, inner, kind, uses);
      visit(node.body, inner, kind, uses);
      visit(node.defaultBlock, inner, kind, uses);
      return;
    }
    case "Set":
      visit(node.value, scope, kind, uses);
      visit(node.body, scope, kind, uses);
      if (isNode(node.assignee) && node.assignee.type === "MemberExpression")
        visit(node.assignee, scope, kind, uses);
      else declare(node.assignee, scope);
      return;
    case "Macro": {
      declare(node.name, scope);
      visitWithParameters(node.args, node.body, scope, uses);
      return;
    }
    case "CallStatement":
      visit(node.call, scope, kind, uses);
      visitWithParameters(node.callerArgs, node.body, scope, uses);
      return;
    case "FilterStatement":
      visit(node.body, scope, kind, uses);
      visitFilter(node.filter, scope, uses);
      return;
    case "FilterExpression":
      visit(node.operand, scope, filterName(node.filter) === "default" ? "defaulted" : kind, uses);
      visitFilter(node.filter, scope, uses);
      return;
    case "TestExpression":
      visit(
        node.operand,
        scope,
        ["defined", "undefined"].includes(nameOf(node.test)) ? "tested" : kind,
        uses,
      );
      return;
    case "MemberExpression":
      visit(node.object, scope, kind, uses);
      if (node.computed === true) visit(node.property, scope, "needed", uses);
      return;
    case "KeywordArgumentExpression":
      visit(node.value, scope, kind, uses);
      return;
    default:
      // An operator is a token, which has the shape of a node.
      for (const [field, child] of Object.entries(node))
        if (field !== "operator") visit(child, scope, kind, uses);
  }
}

function visitWithParameters(parameters: unknown, body: unknown, scope: Scope, uses: VariableUse[]): void {
  const inner = innerScope(scope, ["caller", "varargs", "kwargs"]);
  for (const parameter of Array.isArray(parameters) ? (parameters as unknown[]) : []) {
    if (!isNode(parameter)) continue;
    declare(parameter.type === "KeywordArgumentExpression" ? parameter.key : parameter, inner);
    if (parameter.type === "KeywordArgumentExpression") visit(parameter.value, inner, "needed", uses);
  }
  visit(body, inner, "needed", uses);
}

function visitFilter(filter: unknown, scope: Scope, uses: VariableUse[]): void {
  if (isNode(filter) && filter.type === "CallExpression") visit(filter.args, scope, "needed", uses);
}

function addUse(node: JinjaNode, scope: Scope, kind: UseKind, uses: VariableUse[]): void {
  const name = nameOf(node);
  for (let at: Scope | null = scope; at !== null; at = at.parent) if (at.names.has(name)) return;
  const marked = String(node.value).split(MARK)[1];
  const start = marked === undefined ? 0 : Number(marked);
  uses.push({ name, span: { start, end: marked === undefined ? 0 : start + name.length }, kind });
}

function declare(target: unknown, scope: Scope): void {
  if (!isNode(target)) return;
  if (target.type === "Identifier") scope.names.add(nameOf(target));
  if (target.type === "TupleLiteral" && Array.isArray(target.value)) {
    for (const item of target.value as unknown[]) declare(item, scope);
  }
}

function innerScope(parent: Scope, names: readonly string[]): Scope {
  return { names: new Set(names), parent };
}

function filterName(filter: unknown): string {
  return isNode(filter) && filter.type === "CallExpression" ? nameOf(filter.callee) : nameOf(filter);
}

function nameOf(node: unknown): string {
  return isNode(node) && typeof node.value === "string" ? (node.value.split(MARK)[0] ?? "") : "";
}

function isNode(value: unknown): value is JinjaNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
