// Gives the arguments of a call to the parameters of a filter, test, method or function.
import { t } from "../../base/index.ts";
import { MissingVariable, RenderError } from "./faults.ts";
import {
  Float,
  isTrue,
  numberOf,
  orElse,
  typeOf,
  Undefined,
  type CallArguments,
  type Value,
} from "./values.ts";
import { textOf } from "./writing.ts";

/** The arguments of one call, read by position or name. */
export class Bound {
  constructor(
    private readonly what: string,
    private readonly values: ReadonlyMap<string, Value>,
  ) {}

  has(name: string): boolean {
    return this.values.has(name);
  }

  get(name: string, otherwise: Value = null): Value {
    return orElse(this.values.get(name), () => otherwise);
  }

  /** @throws RenderError if it is missing */
  need(name: string): Value {
    const value = this.values.get(name);
    if (value === undefined) throw new RenderError(t('{0} needs "{1}"', this.what, name));
    return value;
  }

  text(name: string, otherwise: string | null = null): string {
    if (otherwise !== null && !this.has(name)) return otherwise;
    return textOf(this.need(name));
  }

  /** A whole number. */
  integer(name: string, otherwise: number): number {
    const value = this.get(name, otherwise);
    const number = value instanceof Float ? null : numberOf(value);
    if (number === null) throw this.wrong(name, t("a whole number"), value);
    return number;
  }

  flag(name: string, otherwise = false): boolean {
    return isTrue(this.get(name, otherwise));
  }

  private wrong(name: string, wanted: string, value: Value): RenderError {
    if (value instanceof Undefined && value.variable !== null) return new MissingVariable(value.variable);
    return new RenderError(t('"{0}" of {1} is {2} instead of {3}', name, this.what, typeOf(value), wanted));
  }
}

/** @throws RenderError for an argument that no parameter takes */
export function bind(what: string, { positional, named }: CallArguments, ...parameters: string[]): Bound {
  if (positional.length > parameters.length)
    throw new RenderError(t("{0} takes at most {1} arguments", what, parameters.length));
  const values = new Map<string, Value>(positional.map((value, at) => [parameters[at]!, value]));
  for (const [name, value] of named) {
    if (!parameters.includes(name)) throw new RenderError(t('{0} takes no argument "{1}"', what, name));
    if (values.has(name)) throw new RenderError(t('{0} is given "{1}" twice', what, name));
    values.set(name, value);
  }
  return new Bound(what, values);
}

/** The same arguments with other values. */
export function argumentsGiven(
  { positional, named }: CallArguments,
  given: (value: Value) => Value,
): CallArguments {
  return {
    positional: positional.map(given),
    named: new Map([...named].map(([name, value]) => [name, given(value)])),
  };
}
