// Which expressions may give the word of a role line such as `{{ item.role }}:`.
import type { Expression } from "./jinja/index.ts";

/** `item.role` of `item.role ~ ":"`, where the template's own colon is part of the expression; else the expression itself. */
export function withoutColon(node: Expression): Expression {
  if (node.kind !== "binary" || (node.sign !== "~" && node.sign !== "+")) return node;
  const { right } = node;
  return right.kind === "constant" && typeof right.value === "string" && right.value.trim() === ":"
    ? node.left
    : node;
}

/**
 * Whether an expression may give the word of a role line: one of the template's own words (`"user" if … else …`,
 * `loop.cycle("user", "assistant")`, `{"human": "user"}[item.from]`), or a value that is called a role (`item.role`,
 * `m["role"]`, `role`).
 */
export function namesRole(node: Expression): boolean {
  if (isText(node) || holdsWords(node)) return true;
  if (node.kind === "choice")
    return namesRole(node.then) && node.otherwise !== null && namesRole(node.otherwise);
  if (node.kind === "name" || node.kind === "attribute") return /role$/i.test(node.name);
  if (node.kind === "item") {
    const key = node.index.kind === "constant" ? node.index.value : null;
    return typeof key === "string" && /role$/i.test(key);
  }
  if (node.kind === "filter") return WORD_FILTERS.has(node.filter.name) && namesRole(node.target);
  if (node.kind === "call" && node.target.kind === "attribute") {
    const [first] = node.args.positional;
    if (node.target.name === "cycle") return node.args.spread === null && node.args.positional.every(isText);
    if (node.target.name === "get")
      return first?.kind === "constant" && typeof first.value === "string" && /role$/i.test(first.value);
    return WORD_METHODS.has(node.target.name) && namesRole(node.target.target);
  }
  return node.kind === "binary" && node.sign === "or" && namesRole(node.left) && namesRole(node.right);
}

const isText = (node: Expression): boolean => node.kind === "constant" && typeof node.value === "string";

/** A part of a map literal in the template whose values are string literals. */
function holdsWords(node: Expression): boolean {
  if (node.kind !== "item" && node.kind !== "attribute") return false;
  const { target } = node;
  return target.kind === "dict" && target.pairs.every(([, value]) => isText(value));
}

/** Whether an expression puts texts together, so that what it writes comes neither from the template nor from a value alone. */
export function isComposed(node: Expression): boolean {
  if (node.kind === "binary") return node.sign === "~" || node.sign === "+" || node.sign === "%";
  if (node.kind === "filter") return COMPOSING.has(node.filter.name);
  return node.kind === "call" && node.target.kind === "attribute" && COMPOSING.has(node.target.name);
}

const COMPOSING = new Set(["format", "join", "replace"]);

/** What may be done to a role's word: it stays a word. */
const WORD_FILTERS = new Set(["lower", "upper", "capitalize", "title", "trim", "string", "default", "d"]);
const WORD_METHODS = new Set(["lower", "upper", "strip", "capitalize", "title"]);
