// The only file that imports @huggingface/jinja. Its declarations do not resolve under this project's module
// rules, so the few types in use are declared here.
import {
  Environment as PackageEnvironment,
  Interpreter as PackageInterpreter,
  parse as packageParse,
  tokenize as packageTokenize,
} from "@huggingface/jinja";
import type { PromptValue } from "./promptFile.ts";

export interface JinjaToken {
  readonly value: string;
  readonly type: string;
}

/** A node of the syntax tree; its other fields depend on `type`. */
export interface JinjaNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface RuntimeValue {
  readonly type: string;
  toString(): string;
}

/** The variables of one rendering; `set` statements write into it. */
export interface JinjaEnvironment {
  readonly variables: Map<string, unknown>;
  set(name: string, value: unknown): unknown;
}

interface JinjaInterpreter {
  evaluate(node: JinjaNode, environment: JinjaEnvironment): RuntimeValue;
}

const rawTokenize = packageTokenize as (source: string, options?: object) => JinjaToken[];
const rawParse = packageParse as (tokens: readonly JinjaToken[]) => { readonly body: readonly JinjaNode[] };
const Environment = PackageEnvironment as new () => JinjaEnvironment;
const Interpreter = PackageInterpreter as new (environment: JinjaEnvironment) => JinjaInterpreter;

/** Thrown if a template calls raise_exception; the message is the template's own. */
export class RaisedByTemplate extends Error {}

/** Names that every template can read besides its variables. */
export const BUILT_IN_NAMES: ReadonlySet<string> = new Set([
  ...["true", "false", "none", "True", "False", "None"],
  ...["range", "namespace", "raise_exception"],
]);

const MOST_RANGE_ITEMS = 1_000_000;

/** @throws SyntaxError with the package's wording */
export function tokenize(source: string): readonly JinjaToken[] {
  return rawTokenize(source);
}

/** The tokens of a chat template, with the white space rules that chat templates are written for. */
export function tokenizeChatTemplate(source: string): readonly JinjaToken[] {
  return rawTokenize(source, { lstrip_blocks: true, trim_blocks: true });
}

/** @throws Error with the package's wording; a TypeError if the tokens end too early */
export function parse(tokens: readonly JinjaToken[]): readonly JinjaNode[] {
  return rawParse(tokens).body;
}

/** An environment with the given variables, which override built-in names, and further functions. */
export function environmentWith(
  values: Iterable<readonly [string, PromptValue]>,
  functions: Readonly<Record<string, (...args: unknown[]) => unknown>> = {},
): JinjaEnvironment {
  const environment = new Environment();
  for (const [name, value] of values) {
    environment.variables.delete(name); // Setting a name twice throws, and "namespace" exists from the start.
    environment.set(name, value);
  }
  const builtIn: [string, unknown][] = [
    ["true", true],
    ["True", true],
    ["false", false],
    ["False", false],
    ["none", null],
    ["None", null],
    ["range", range],
    ["raise_exception", raiseException],
    ...Object.entries(functions),
  ];
  for (const [name, value] of builtIn) if (!environment.variables.has(name)) environment.set(name, value);
  return environment;
}

/** The text of a run of nodes; they may write into the environment. @throws whatever a node throws */
export function evaluate(nodes: readonly JinjaNode[], environment: JinjaEnvironment): string {
  const interpreter = new Interpreter(environment);
  let text = "";
  for (const node of nodes) {
    const value = interpreter.evaluate(node, environment);
    if (value.type !== "NullValue" && value.type !== "UndefinedValue") text += value.toString();
  }
  return text;
}

/** A readable reason from the package's error, without its class names. */
export function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return "it is nested too deeply";
  if (error instanceof TypeError) return "it ends too early, or a value has no such part";
  if (!(error instanceof Error) || error.message === "") return "it cannot be evaluated here";
  const bare = error.message.replace(/^Parser Error: /, "").replace(/\. \w+ !== \w+\.$/, "");
  return bare.charAt(0).toLowerCase() + bare.slice(1);
}

function raiseException(message: unknown): never {
  throw new RaisedByTemplate(typeof message === "string" ? message : "no reason given");
}

function range(first: unknown, second?: unknown, step: unknown = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (typeof start !== "number" || typeof stop !== "number" || typeof step !== "number" || step === 0)
    throw new Error("range() takes numbers and a step that is not 0");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > MOST_RANGE_ITEMS) throw new Error(`range() gives more than ${MOST_RANGE_ITEMS} items`);
  return Array.from({ length }, (_, index) => start + index * step);
}
