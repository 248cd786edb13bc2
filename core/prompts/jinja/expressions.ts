// Parses expressions, with Jinja2's order of operators: if-else, or, and, not, comparisons, + -, ~, * / // %, **,
// signs, then calls, parts, filters and tests.
import { t } from "../../base/index.ts";
import { SyntaxMistake } from "./faults.ts";
import type {
  Arguments,
  BinarySign,
  CompareSign,
  Expression,
  FilterUse,
  SliceBounds,
  Target,
} from "./nodes.ts";
import { TokenReader } from "./tokenReader.ts";
import type { Token } from "./tokens.ts";

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const NO_ARGUMENTS: Arguments = { positional: [], named: [], spread: null, spreadNamed: null };
/** Nesting costs stack in the parser and while rendering. */
const DEEPEST_EXPRESSION = 100;
/** Operators of one rank, parts or filters in a row. */
const LONGEST_CHAIN = 500;

/** Parses what is in one piece. Its methods throw SyntaxMistake. */
export class ExpressionParser extends TokenReader {
  private depth = 0;

  /** @param withChoice false where `if` belongs to a loop */
  expression(withChoice = true): Expression {
    if (++this.depth > DEEPEST_EXPRESSION) throw new SyntaxMistake(t("it is nested too deeply"));
    let left = this.or();
    while (withChoice && this.skipName("if")) {
      const test = this.or();
      const otherwise = this.skipName("else") ? this.expression() : null;
      const end = (otherwise ?? test).end;
      left = { kind: "choice", then: left, test, otherwise, start: left.start, end };
    }
    this.depth--;
    return left;
  }

  /** One expression, or several with commas between them as a tuple. `isEnd` says where a tuple may end early. */
  tuple(withChoice = true, isEnd: () => boolean = () => false, inBrackets = false): Expression {
    const { start } = this.token;
    const items: Expression[] = [];
    let isTuple = false;
    for (;;) {
      if (items.length > 0 && !isTuple) break;
      if (this.token.kind === "end" || this.isSign(")") || isEnd()) break;
      items.push(this.expression(withChoice));
      const comma = this.skipSign(",");
      isTuple ||= comma;
      if (!comma) break;
    }
    if (items.length === 0 && !inBrackets) throw this.unexpected(t("an expression"));
    if (items.length === 1 && !isTuple) return items[0]!;
    return { kind: "tuple", items, start, end: this.tokens[Math.max(this.at - 1, 0)]!.end };
  }

  private or(): Expression {
    return this.chain(
      () => this.and(),
      (token) => (token.kind === "name" && token.value === "or" ? "or" : null),
    );
  }

  private and(): Expression {
    return this.chain(
      () => this.not(),
      (token) => (token.kind === "name" && token.value === "and" ? "and" : null),
    );
  }

  private not(): Expression {
    if (!this.isName("not")) return this.comparison();
    const { start } = this.next();
    const operand = this.deeper(() => this.not());
    return { kind: "unary", sign: "not", operand, start, end: operand.end };
  }

  private comparison(): Expression {
    const first = this.sum();
    const rest: { sign: CompareSign; operand: Expression }[] = [];
    for (;;) {
      const sign = this.comparisonSign();
      if (sign === null) break;
      rest.push({ sign, operand: this.sum() });
    }
    const last = rest.at(-1);
    return last === undefined
      ? first
      : { kind: "compare", first, rest, start: first.start, end: last.operand.end };
  }

  private comparisonSign(): CompareSign | null {
    if (this.token.kind === "sign" && COMPARISONS.has(this.token.value))
      return this.next().value as CompareSign;
    if (this.skipName("in")) return "in";
    const after = this.tokens[this.at + 1];
    if (!this.isName("not") || after?.kind !== "name" || after.value !== "in") return null;
    this.at += 2;
    return "not in";
  }

  private sum(): Expression {
    return this.chain(() => this.joined(), signOf("+", "-"));
  }

  private joined(): Expression {
    return this.chain(() => this.product(), signOf("~"));
  }

  private product(): Expression {
    return this.chain(() => this.power(), signOf("*", "/", "//", "%"));
  }

  private power(): Expression {
    return this.chain(() => this.signed(true), signOf("**"));
  }

  /** Operators of one rank, from left to right. */
  private chain(operand: () => Expression, signAt: (token: Token) => BinarySign | null): Expression {
    let left = operand();
    for (let length = 1; ; length++) {
      const sign = signAt(this.token);
      if (sign === null) return left;
      if (length > LONGEST_CHAIN) throw new SyntaxMistake(t("it is nested too deeply"));
      this.at++;
      const right = operand();
      left = { kind: "binary", sign, left, right, start: left.start, end: right.end };
    }
  }

  private signed(withFilters: boolean): Expression {
    let node: Expression;
    if (this.isSign("-", "+")) {
      const { value, start } = this.next();
      const operand = this.deeper(() => this.signed(false));
      node = { kind: "unary", sign: value === "-" ? "-" : "+", operand, start, end: operand.end };
    } else node = this.primary();
    node = this.parts(node);
    return withFilters ? this.filtersAndTests(node) : node;
  }

  private deeper<T>(action: () => T): T {
    if (++this.depth > DEEPEST_EXPRESSION) throw new SyntaxMistake(t("it is nested too deeply"));
    const result = action();
    this.depth--;
    return result;
  }

  private primary(): Expression {
    const { kind, value, start, end } = this.token;
    if (kind === "name") {
      this.at++;
      const constant = CONSTANTS.get(value);
      return constant === undefined
        ? { kind: "name", name: value, start, end }
        : { kind: "constant", value: constant, start, end };
    }
    if (kind === "text") {
      let text = "";
      let last = end;
      while (this.token.kind === "text") {
        last = this.token.end;
        text += this.next().value;
      }
      return { kind: "constant", value: text, start, end: last };
    }
    if (kind === "integer" || kind === "float") {
      this.at++;
      const number = Number(value.replace(/_/g, ""));
      return { kind: "constant", value: { number, isFloat: kind === "float" }, start, end };
    }
    if (this.skipSign("(")) {
      const inner = this.tuple(true, () => false, true);
      const closing = this.expectSign(")");
      return { ...inner, start, end: closing.end };
    }
    if (this.skipSign("[")) {
      const items = this.items("]", () => this.expression());
      return { kind: "list", items, start, end: this.expectSign("]").end };
    }
    if (this.skipSign("{")) {
      const pairs = this.items("}", () => {
        const key = this.expression();
        this.expectSign(":");
        return [key, this.expression()] as const;
      });
      return { kind: "dict", pairs, start, end: this.expectSign("}").end };
    }
    throw this.unexpected(t("a value"));
  }

  private items<T>(closing: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.isSign(closing)) {
      if (items.length > 0) this.expectSign(",");
      if (this.isSign(closing)) break;
      items.push(item());
    }
    return items;
  }

  private parts(target: Expression): Expression {
    let node = target;
    for (let length = 0; ; length++) {
      if (length > LONGEST_CHAIN) throw new SyntaxMistake(t("it is nested too deeply"));
      if (this.isSign(".", "[")) node = this.part(node);
      else if (this.isSign("(")) node = this.call(node);
      else return node;
    }
  }

  private part(target: Expression): Expression {
    const { start } = target;
    if (this.next().value === ".") {
      const { kind, value, end, start: from } = this.next();
      if (kind === "name") return { kind: "attribute", target, name: value, start, end };
      if (kind !== "integer") throw new SyntaxMistake(t("a name or a number is expected after the dot"));
      const number = { number: Number(value), isFloat: false };
      return {
        kind: "item",
        target,
        index: { kind: "constant", value: number, start: from, end },
        start,
        end,
      };
    }
    const bounds: (Expression | null)[] = [null];
    const indices: Expression[] = [];
    let isSlice = false;
    while (!this.isSign("]")) {
      if (this.skipSign(":")) {
        isSlice = true;
        bounds.push(null);
      } else if (this.skipSign(",")) {
        throw new SyntaxMistake(t("one index is expected in the brackets"));
      } else {
        const index = this.expression();
        bounds[bounds.length - 1] = index;
        indices.push(index);
        if (!this.isSign(":", "]")) throw this.unexpected('"]"');
      }
    }
    const { end } = this.expectSign("]");
    if (isSlice && bounds.length <= 3) {
      const [from = null, to = null, step = null] = bounds;
      return { kind: "slice", target, bounds: [from, to, step] satisfies SliceBounds, start, end };
    }
    const [index] = indices;
    if (isSlice || index === undefined) throw new SyntaxMistake(t("an index is expected in the brackets"));
    return { kind: "item", target, index, start, end };
  }

  private call(target: Expression): Expression {
    const args = this.callArguments();
    return { kind: "call", target, args, start: target.start, end: this.tokens[this.at - 1]!.end };
  }

  callArguments(): Arguments {
    this.expectSign("(");
    const positional: Expression[] = [];
    const named: (readonly [string, Expression])[] = [];
    let spread: Expression | null = null;
    let spreadNamed: Expression | null = null;
    let isFirst = true;
    while (!this.isSign(")")) {
      if (!isFirst) this.expectSign(",");
      isFirst = false;
      if (this.isSign(")")) break;
      const after = this.tokens[this.at + 1];
      if (this.skipSign("*")) spread = this.expression();
      else if (this.skipSign("**")) spreadNamed = this.expression();
      else if (this.isName() && after?.kind === "sign" && after.value === "=") {
        const name = this.next().value;
        this.at++;
        named.push([name, this.expression()]);
      } else if (named.length > 0 || spreadNamed !== null) {
        throw new SyntaxMistake(t("an argument without a name comes after one with a name"));
      } else positional.push(this.expression());
    }
    this.expectSign(")");
    return { positional, named, spread, spreadNamed };
  }

  private filtersAndTests(target: Expression): Expression {
    let node = target;
    for (let length = 0; ; length++) {
      if (length > LONGEST_CHAIN) throw new SyntaxMistake(t("it is nested too deeply"));
      if (this.skipSign("|")) {
        const filter = this.filter();
        node = { kind: "filter", target: node, filter, start: node.start, end: filter.end };
      } else if (this.skipName("is")) node = this.test(node);
      else if (this.isSign("(")) node = this.call(node);
      else return node;
    }
  }

  /** A filter after its `|`, or the first one of `{% filter … %}`. */
  filter(): FilterUse {
    const { start, end } = this.token;
    const name = this.dottedName(t("the name of a filter"));
    const args = this.isSign("(") ? this.callArguments() : NO_ARGUMENTS;
    return { name, args, start, end: Math.max(end, this.tokens[this.at - 1]!.end) };
  }

  private dottedName(what: string): string {
    let name = this.expectName(what).value;
    while (this.skipSign(".")) name += `.${this.expectName(what).value}`;
    return name;
  }

  private test(target: Expression): Expression {
    const negated = this.skipName("not");
    const name = this.dottedName(t("the name of a test"));
    let args = NO_ARGUMENTS;
    if (this.isSign("(")) args = this.callArguments();
    else if (this.beginsTestArgument()) {
      if (this.isName("is")) throw new SyntaxMistake(t('tests can\'t be chained with "is"'));
      args = { ...NO_ARGUMENTS, positional: [this.parts(this.primary())] };
    }
    return {
      kind: "test",
      target,
      name,
      args,
      negated,
      start: target.start,
      end: this.tokens[this.at - 1]!.end,
    };
  }

  private beginsTestArgument(): boolean {
    const { kind } = this.token;
    if (kind === "name") return !this.isName("else", "or", "and");
    return kind === "text" || kind === "integer" || kind === "float" || this.isSign("[", "{");
  }

  /** What an assignment writes to: names, perhaps several, or `namespace.name` if `withObjects`. */
  target(withObjects = false): Target {
    const { start } = this.token;
    const items: Target[] = [];
    let isTuple = false;
    for (;;) {
      items.push(this.singleTarget(withObjects));
      if (!this.skipSign(",")) break;
      isTuple = true;
      if (this.isName("in") || this.isSign("=") || this.token.kind === "end") break;
    }
    const [first] = items;
    if (!isTuple && first !== undefined) return first;
    return { kind: "tuple", items, start, end: this.tokens[this.at - 1]!.end };
  }

  private singleTarget(withObjects: boolean): Target {
    if (this.skipSign("(")) {
      const inner = this.target(withObjects);
      this.expectSign(")");
      return inner;
    }
    const { value, start, end } = this.expectName();
    if (CONSTANTS.has(value)) throw new SyntaxMistake(t('"{0}" can\'t be assigned to', value));
    if (!withObjects || !this.skipSign(".")) return { kind: "name", name: value, start, end };
    const part = this.expectName();
    return { kind: "attribute", object: value, name: part.value, start, end: part.end };
  }
}

function signOf(...signs: BinarySign[]): (token: Token) => BinarySign | null {
  return ({ kind, value }) => (kind === "sign" ? (signs.find((sign) => sign === value) ?? null) : null);
}
