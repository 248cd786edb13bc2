// Runs the statements of a template.
import { t } from "../../base/index.ts";
import { Context, Output, Scope, type Chunk } from "./context.ts";
import { applyFilter, argumentsOf, call, evaluate, needed } from "./evaluate.ts";
import { RenderError } from "./faults.ts";
import { LoopContext, type LoopRun } from "./loop.ts";
import type { Arguments, Body, Expression, Parameter, Statement, Target } from "./nodes.ts";
import {
  Callable,
  Dict,
  isList,
  isTrue,
  itemsOf,
  Namespace,
  orElse,
  Tuple,
  typeOf,
  Undefined,
  type CallArguments,
  type Value,
} from "./values.ts";
import { printed, textOf } from "./writing.ts";

type For = Extract<Statement, { kind: "for" }>;

/** The expressions of a call's arguments, for those who ask where a printed text is from. */
interface ArgumentSources {
  readonly positional: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
}
/** How a body ended: after its last statement, or by a `break` or `continue` for the loop around it. */
type Ending = "done" | "break" | "continue";

/** A macro: printed, it writes its pieces; used otherwise, it gives a text. */
class Macro extends Callable {
  constructor(
    name: string,
    readonly write: (args: CallArguments, sources?: ArgumentSources) => readonly Chunk[],
  ) {
    super(
      name,
      (args) =>
        write(args)
          .map(({ text }) => text)
          .join(""),
      "macro",
    );
  }
}

/** @throws RenderError, with the offset of what failed */
export function run(body: Body, scope: Scope, output: Output, context: Context): Ending {
  for (const statement of body) {
    context.spend(1);
    let ending: Ending;
    try {
      ending = runOne(statement, scope, output, context);
    } catch (error) {
      if (error instanceof RenderError && error.offset < 0) error.offset = statement.start;
      throw error;
    }
    if (ending !== "done") return ending;
  }
  return "done";
}

function runOne(statement: Statement, scope: Scope, output: Output, context: Context): Ending {
  const { start } = statement;
  switch (statement.kind) {
    case "text":
      output.add({ text: statement.text, at: start, from: null, note: null, thread: null });
      return "done";
    case "print":
      print(statement, scope, output, context);
      return "done";
    case "if": {
      const chosen = statement.branches.find(({ test }) => isTrue(evaluate(test, scope, context, true)));
      return run(chosen?.body ?? statement.otherwise, scope, output, context);
    }
    case "for":
      loop(statement, evaluate(statement.iterable, scope, context, true), 0, { scope, output, context });
      return "done";
    case "set":
      if (statement.target.kind === "name") {
        const source = sourceOf(statement.value, scope);
        scope.set(statement.target.name, evaluate(statement.value, scope, context), null, source);
      } else assign(statement.target, evaluate(statement.value, scope, context), scope);
      return "done";
    case "capture": {
      const inner = new Output(context);
      run(statement.body, new Scope(scope), inner, context);
      let value: Value = inner.text();
      for (const filter of statement.filters) value = applyFilter(filter, value, scope, context);
      if (statement.target.kind === "name")
        scope.set(statement.target.name, value, statement.filters.length === 0 ? inner.chunks : null);
      else assign(statement.target, value, scope);
      return "done";
    }
    case "with": {
      const inner = new Scope(scope);
      for (const [target, value] of statement.values) assign(target, evaluate(value, scope, context), inner);
      return run(statement.body, inner, output, context);
    }
    case "macro":
      scope.set(statement.name, macroOf(statement.name, statement, scope, context));
      return "done";
    case "callBlock": {
      const caller = macroOf("caller", statement, scope, context);
      const { target, args } = statement.call as Extract<typeof statement.call, { kind: "call" }>;
      const { positional, named } = argumentsOf(args, scope, context);
      const full = { positional, named: new Map([...named, ["caller", caller]]) };
      write(evaluate(target, scope, context), full, start, {
        output,
        context,
        sources: sourcesOf(args, scope),
      });
      return "done";
    }
    case "filterBlock": {
      const inner = new Output(context);
      run(statement.body, new Scope(scope), inner, context);
      let value: Value = inner.text();
      for (const filter of statement.filters) value = applyFilter(filter, value, scope, context);
      const from = { kind: "constant", value: null, start, end: statement.end } as const;
      output.add({ text: textOf(value), at: start, from, note: "derived", thread: null });
      return "done";
    }
    case "group":
      return run(statement.body, scope, output, context);
    case "break":
    case "continue":
      return statement.kind;
  }
}

/** `{{ value }}`. What a macro or a capturing `set` wrote keeps its pieces, so that its own text stays known as such. */
function print(
  { value: node, start }: Extract<Statement, { kind: "print" }>,
  scope: Scope,
  output: Output,
  context: Context,
): void {
  if (node.kind === "call") {
    const target = evaluate(node.target, scope, context);
    if (target instanceof Macro) {
      const sources = sourcesOf(node.args, scope);
      write(target, argumentsOf(node.args, scope, context), start, { output, context, sources });
      return;
    }
  }
  const chunks = node.kind === "name" ? scope.capturedChunks(node.name) : null;
  if (chunks !== null) {
    for (const chunk of chunks) output.add(chunk);
    return;
  }
  const macrosBefore = context.macroRuns;
  const value = needed(node, evaluate(node, scope, context), scope, context);
  const isThread =
    node.kind === "name" && scope.isOuter(node.name) && context.options.threads?.has(node.name) === true;
  if (isThread && (isList(value) || isTrue(value))) {
    if (!isList(value))
      throw new RenderError(
        t("it is a conversation: its value is a list of messages, not {0}", typeOf(value)),
      );
    output.add({ text: "", at: start, from: node, note: null, thread: value });
    return;
  }
  if (context.options.scalars === "prompty" && value instanceof Callable && value.type === "method") {
    // The author probably means a part of a map, but a text has only a method of that name. Python would
    // print an address.
    output.add({ text: "", at: start, from: node, note: "uncalled", thread: null });
    return;
  }
  if (value instanceof Undefined && value.isForeign) {
    output.add({ text: "", at: start, from: node, note: "foreign", thread: null });
    return;
  }
  const note = context.macroRuns > macrosBefore ? "derived" : null;
  output.add({
    text: printed(value, context.options.scalars),
    at: start,
    from: sourceOf(node, scope),
    note,
    thread: null,
  });
}

/** What a name was set to, or else the expression itself; for a part of a value, the source of that value. */
function sourceOf(node: Expression, scope: Scope): Expression {
  if (node.kind === "name") return scope.sourceOf(node.name) ?? node;
  return node.kind === "item" || node.kind === "attribute"
    ? { ...node, target: sourceOf(node.target, scope) }
    : node;
}

function sourcesOf({ positional, named }: Arguments, scope: Scope): ArgumentSources {
  return {
    positional: positional.map((node) => sourceOf(node, scope)),
    named: new Map(named.map(([name, node]) => [name, sourceOf(node, scope)])),
  };
}

interface WriteTo {
  readonly output: Output;
  readonly context: Context;
  readonly sources: ArgumentSources;
}

function write(target: Value, args: CallArguments, at: number, { output, context, sources }: WriteTo): void {
  if (target instanceof Macro) {
    for (const chunk of target.write(args, sources)) output.add(chunk);
    return;
  }
  const from = { kind: "constant", value: null, start: at, end: at } as const;
  output.add({
    text: printed(call(target, args, context), context.options.scalars),
    at,
    from,
    note: "derived",
    thread: null,
  });
}

function macroOf(
  name: string,
  { parameters, body }: { readonly parameters: readonly Parameter[]; readonly body: Body },
  scope: Scope,
  context: Context,
): Macro {
  return new Macro(name, ({ positional, named }, sources) =>
    context.nested(() => {
      context.macroRuns++;
      checkArguments(name, parameters, body, { positional, named });
      const inner = new Scope(scope);
      const rest = new Map(named);
      for (const [at, { name: parameter, fallback }] of parameters.entries()) {
        const given = at < positional.length ? positional[at] : rest.get(parameter);
        rest.delete(parameter);
        const otherwise = (): Value =>
          fallback === null
            ? new Undefined(t('the parameter "{0}" of "{1}" was not given', parameter, name))
            : evaluate(fallback, inner, context);
        const source =
          given === undefined
            ? fallback && sourceOf(fallback, inner)
            : (sources?.positional[at] ?? sources?.named.get(parameter) ?? null);
        inner.set(parameter, orElse(given, otherwise), null, source);
      }
      if (!parameters.some((parameter) => parameter.name === "caller"))
        inner.set(
          "caller",
          orElse(
            rest.get("caller"),
            () => new Undefined(t('"caller" is undefined: the macro is not called by {% call %}')),
          ),
        );
      rest.delete("caller");
      inner.set("varargs", new Tuple(positional.slice(parameters.length)));
      inner.set("kwargs", Dict.of(rest));
      const output = new Output(context);
      run(body, inner, output, context);
      return output.chunks;
    }),
  );
}

/** As Jinja2 does: a macro takes what it has parameters for, and more only if it reads `varargs`, `kwargs` or `caller`. */
function checkArguments(
  name: string,
  parameters: readonly Parameter[],
  body: Body,
  { positional, named }: CallArguments,
): void {
  const read = namesReadIn(body);
  if (positional.length > parameters.length && !read.has("varargs"))
    throw new RenderError(t('the macro "{0}" takes at most {1} arguments', name, parameters.length));
  if (read.has("kwargs")) return;
  const open = new Set(parameters.slice(positional.length).map((parameter) => parameter.name));
  if (read.has("caller")) open.add("caller");
  const extra = [...named.keys()].find((given) => !open.has(given));
  if (extra === "caller")
    throw new RenderError(t('the macro "{0}" doesn\'t read what {% call %} passes to it', name));
  if (extra !== undefined)
    throw new RenderError(t('the macro "{0}" takes no further argument "{1}"', name, extra));
}

const namesRead = new WeakMap<Body, ReadonlySet<string>>();

/** All names in a body, once for each body. */
function namesReadIn(body: Body): ReadonlySet<string> {
  const known = namesRead.get(body);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const open: unknown[] = [body];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== "object" || at === null) continue;
    if ("kind" in at && at.kind === "name" && "name" in at) names.add(String(at.name));
    for (const part of Object.values(at) as readonly unknown[]) open.push(part);
  }
  namesRead.set(body, names);
  return names;
}

/** Iterates over the items; at a depth above 0 inside a recursive loop. */
function loop(statement: For, iterable: Value, depth: number, { scope, output, context }: LoopRun): void {
  const all = itemsOf(iterable);
  context.spend(all.length);
  const { filter, target, body } = statement;
  const items =
    filter === null
      ? all
      : all.filter((item) => {
          const inner = new Scope(scope);
          assign(target, item, inner);
          return isTrue(evaluate(filter, inner, context, true));
        });
  if (items.length === 0) {
    run(statement.otherwise, new Scope(scope), output, context);
    return;
  }
  const again = (nested: Value): string =>
    context.nested(() => {
      const inner = new Output(context);
      loop(statement, nested, depth + 1, { scope, output: inner, context });
      return inner.text();
    });
  const state = new LoopContext(items, depth, statement.isRecursive ? again : null);
  const written = sourceOf(statement.iterable, scope);
  // Of a list that is written in the template, unless it is another one: filtered, or a part of a recursive loop.
  const sources = written.kind === "list" && filter === null && depth === 0 ? written.items : [];
  for (const [at, item] of items.entries()) {
    const inner = new Scope(scope);
    inner.set("loop", state);
    const source = sources[at];
    if (target.kind === "name" && source !== undefined)
      inner.set(target.name, item, null, sourceOf(source, scope));
    else assign(target, item, inner);
    if (run(body, inner, output, context) === "break") return;
    state.at++;
  }
}

function assign(target: Target, value: Value, scope: Scope): void {
  if (target.kind === "name") {
    scope.set(target.name, value);
  } else if (target.kind === "attribute") {
    const object = scope.get(target.object);
    if (!(object instanceof Namespace))
      throw new RenderError(t('"{0}" is not a namespace: its parts can\'t be set', target.object));
    object.values.set(target.name, value);
  } else if (target.items.length > 0) {
    const items = itemsOf(value);
    if (items.length !== target.items.length)
      throw new RenderError(
        t("{0} of {1} is given to {2} names", typeOf(value), items.length, target.items.length),
      );
    for (const [at, part] of target.items.entries()) assign(part, items[at]!, scope);
  }
}
