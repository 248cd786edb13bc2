// Finds, without rendering, the variables that a template reads from outside, and the filters and tests that don't
// exist.
import { t } from "../../base/index.ts";
import type { Span } from "../positions.ts";
import { insteadOf } from "./dialects.ts";
import { FILTERS } from "./filters/index.ts";
import { GLOBAL_NAMES } from "./globals.ts";
import type { Mistake } from "./faults.ts";
import type { Arguments, Body, Expression, FilterUse, Parameter, Statement, Target } from "./nodes.ts";
import { TESTS } from "./tests.ts";

/** How a template reads a name: it needs a value, or it asks whether there is one and works without. */
export type UseKind = "needed" | "asked";

export interface VariableUse {
  readonly name: string;
  /** Offsets into the template. */
  readonly span: Span;
  readonly kind: UseKind;
}

/** Every read of a name that no statement before it defines, in the order of the template. */
export function freeVariables(body: Body): readonly VariableUse[] {
  const walk = new Walk();
  walk.body(body, new Names(null, GLOBAL_NAMES));
  return walk.uses.sort((a, b) => a.span.start - b.span.start);
}

/** Filters and tests that don't exist; Jinja2 refuses a template with one, wherever it is. */
export function unknownNames(body: Body): readonly Mistake[] {
  const walk = new Walk();
  walk.body(body, new Names(null, []));
  return walk.unknown;
}

/** Names known in a scope: those that are set, and those that a condition around it has asked for. */
class Names {
  private readonly own: Set<string>;
  constructor(
    private readonly outer: Names | null,
    own: Iterable<string>,
    private readonly asked: ReadonlySet<string> = new Set(),
  ) {
    this.own = new Set(own);
  }

  add(name: string): void {
    this.own.add(name);
  }

  /** A scope for a branch: what is set in it also holds after it. */
  askedIn(names: ReadonlySet<string>): Names {
    return new Branch(this, names);
  }

  has(name: string): boolean {
    return this.own.has(name) || (this.outer?.has(name) ?? false);
  }

  isAsked(name: string): boolean {
    return this.asked.has(name) || (this.outer?.isAsked(name) ?? false);
  }
}

class Branch extends Names {
  constructor(
    private readonly around: Names,
    asked: ReadonlySet<string>,
  ) {
    super(around, [], asked);
  }

  override add(name: string): void {
    this.around.add(name);
  }
}

class Walk {
  readonly uses: VariableUse[] = [];
  readonly unknown: Mistake[] = [];

  body(body: Body, names: Names): void {
    for (const statement of body) this.statement(statement, names);
  }

  private statement(statement: Statement, names: Names): void {
    switch (statement.kind) {
      case "text":
      case "break":
      case "continue":
        return;
      case "print":
        this.expression(statement.value, names, false);
        return;
      case "if": {
        const asked = new Set<string>();
        for (const { test, body } of statement.branches) {
          this.expression(test, names, true);
          for (const name of askedNames(test)) asked.add(name);
          this.body(body, names.askedIn(new Set(asked)));
        }
        this.body(statement.otherwise, names.askedIn(asked));
        return;
      }
      case "for": {
        this.expression(statement.iterable, names, true);
        const inner = new Names(names, ["loop"], new Set(askedNames(statement.iterable)));
        declare(statement.target, inner);
        if (statement.filter !== null) this.expression(statement.filter, inner, true);
        this.body(statement.body, inner);
        this.body(statement.otherwise, new Names(names, []));
        return;
      }
      case "set":
        this.expression(statement.value, names, false);
        this.assign(statement.target, names);
        return;
      case "capture":
        this.body(statement.body, new Names(names, []));
        for (const filter of statement.filters) this.filter(filter, names);
        this.assign(statement.target, names);
        return;
      case "with": {
        const inner = new Names(names, []);
        for (const [target, value] of statement.values) {
          this.expression(value, names, false);
          declare(target, inner);
        }
        this.body(statement.body, inner);
        return;
      }
      case "macro":
        names.add(statement.name);
        this.withParameters(statement.parameters, statement.body, names);
        return;
      case "callBlock":
        this.expression(statement.call, names, false);
        this.withParameters(statement.parameters, statement.body, names);
        return;
      case "filterBlock":
        for (const filter of statement.filters) this.filter(filter, names);
        this.body(statement.body, new Names(names, []));
        return;
      case "group":
        this.body(statement.body, names);
        return;
    }
  }

  private withParameters(parameters: readonly Parameter[], body: Body, names: Names): void {
    const inner = new Names(names, ["caller", "varargs", "kwargs"]);
    for (const { name, fallback } of parameters) {
      if (fallback !== null) this.expression(fallback, inner, false);
      inner.add(name);
    }
    this.body(body, inner);
  }

  private assign(target: Target, names: Names): void {
    if (target.kind === "attribute") this.use(target.object, target, names, false);
    else declare(target, names);
  }

  private use(name: string, { start }: Span, names: Names, asking: boolean): void {
    if (names.has(name)) return;
    const kind = asking || names.isAsked(name) ? "asked" : "needed";
    this.uses.push({ name, span: { start, end: start + name.length }, kind });
  }

  private expression(node: Expression, names: Names, asking: boolean): void {
    switch (node.kind) {
      case "name":
        this.use(node.name, node, names, asking);
        return;
      case "constant":
        return;
      case "list":
      case "tuple":
        for (const item of node.items) this.expression(item, names, false);
        return;
      case "dict":
        for (const pair of node.pairs) for (const part of pair) this.expression(part, names, false);
        return;
      case "attribute":
        // A part of what has no value is refused even where its presence is asked for.
        this.expression(node.target, names, node.target.kind !== "name" && asking);
        return;
      case "item":
        this.expression(node.target, names, node.target.kind !== "name" && asking);
        this.expression(node.index, names, false);
        return;
      case "slice":
        this.expression(node.target, names, node.target.kind !== "name" && asking);
        for (const bound of node.bounds) if (bound !== null) this.expression(bound, names, false);
        return;
      case "call":
        this.expression(node.target, names, false);
        this.args(node.args, names);
        return;
      case "filter": {
        const { name } = node.filter;
        this.expression(node.target, names, asking || name === "default" || name === "d");
        this.filter(node.filter, names);
        return;
      }
      case "test":
        if (!TESTS.has(node.name)) this.miss("test", node.name, node, TESTS);
        this.expression(node.target, names, true);
        this.args(node.args, names);
        return;
      case "unary":
        this.expression(node.operand, names, asking || node.sign === "not");
        return;
      case "binary": {
        const isChoice = node.sign === "or" || node.sign === "and";
        this.expression(node.left, names, asking || isChoice);
        const right = isChoice ? names.askedIn(new Set(askedNames(node.left))) : names;
        this.expression(node.right, right, asking);
        return;
      }
      case "compare":
        for (const operand of [node.first, ...node.rest.map((part) => part.operand)])
          this.expression(operand, names, asking);
        return;
      case "choice": {
        this.expression(node.test, names, true);
        const inner = names.askedIn(new Set(askedNames(node.test)));
        this.expression(node.then, inner, asking);
        if (node.otherwise !== null) this.expression(node.otherwise, inner, asking);
      }
    }
  }

  private filter(use: FilterUse, names: Names): void {
    if (!FILTERS.has(use.name)) this.miss("filter", use.name, use, FILTERS);
    this.args(use.args, names);
  }

  private miss(
    what: "filter" | "test",
    name: string,
    { start, end }: Span,
    all: ReadonlyMap<string, unknown>,
  ): void {
    const known = { name, names: [...all.keys()] };
    const instead = what === "filter" ? insteadOf(what, name) : undefined;
    const reason =
      what === "filter" ? t('there is no filter "{0}"', name) : t('there is no test "{0}"', name);
    this.unknown.push({ span: { start, end }, reason, known, ...(instead !== undefined && { instead }) });
  }

  private args({ positional, named, spread, spreadNamed }: Arguments, names: Names): void {
    for (const node of [...positional, ...named.map(([, value]) => value), spread, spreadNamed])
      if (node !== null) this.expression(node, names, false);
  }
}

/** The names whose presence an expression asks for, so that what depends on it may read them. */
function askedNames(node: Expression): readonly string[] {
  if (node.kind === "name") return [node.name];
  if (node.kind === "filter" || node.kind === "test") return askedNames(node.target);
  if (node.kind === "unary") return askedNames(node.operand);
  if (node.kind === "binary") return [...askedNames(node.left), ...askedNames(node.right)];
  if (node.kind !== "compare") return [];
  return [node.first, ...node.rest.map(({ operand }) => operand)].flatMap(askedNames);
}

function declare(target: Target, names: Names): void {
  if (target.kind === "name") names.add(target.name);
  else if (target.kind === "tuple") for (const item of target.items) declare(item, names);
}
