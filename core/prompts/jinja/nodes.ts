// The syntax tree of a template. Every node keeps the offsets of its source, so that problems have places.
import type { Span } from "../positions.ts";

export type Expression =
  | ({ readonly kind: "name"; readonly name: string } & Span)
  | ({ readonly kind: "constant"; readonly value: string | boolean | null | Numeral } & Span)
  | ({ readonly kind: "list" | "tuple"; readonly items: readonly Expression[] } & Span)
  | ({ readonly kind: "dict"; readonly pairs: readonly (readonly [Expression, Expression])[] } & Span)
  | ({ readonly kind: "attribute"; readonly target: Expression; readonly name: string } & Span)
  | ({ readonly kind: "item"; readonly target: Expression; readonly index: Expression } & Span)
  | ({ readonly kind: "slice"; readonly target: Expression; readonly bounds: SliceBounds } & Span)
  | ({ readonly kind: "call"; readonly target: Expression; readonly args: Arguments } & Span)
  | ({ readonly kind: "filter"; readonly target: Expression; readonly filter: FilterUse } & Span)
  | ({
      readonly kind: "test";
      readonly target: Expression;
      readonly name: string;
      readonly args: Arguments;
      readonly negated: boolean;
    } & Span)
  | ({ readonly kind: "unary"; readonly sign: "not" | "-" | "+"; readonly operand: Expression } & Span)
  | ({
      readonly kind: "binary";
      readonly sign: BinarySign;
      readonly left: Expression;
      readonly right: Expression;
    } & Span)
  | ({
      readonly kind: "compare";
      readonly first: Expression;
      readonly rest: readonly { readonly sign: CompareSign; readonly operand: Expression }[];
    } & Span)
  | ({
      readonly kind: "choice";
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression | null;
    } & Span);

/** A number as it is written: `2` is an integer, `2.0` a float, which prints differently. */
export interface Numeral {
  readonly number: number;
  readonly isFloat: boolean;
}

export type BinarySign = "and" | "or" | "+" | "-" | "*" | "/" | "//" | "%" | "**" | "~";
export type CompareSign = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not in";
/** start, stop and step; null for one left out. */
export type SliceBounds = readonly [Expression | null, Expression | null, Expression | null];

export interface Arguments {
  readonly positional: readonly Expression[];
  readonly named: readonly (readonly [name: string, value: Expression])[];
  /** `*list` and `**dict`. */
  readonly spread: Expression | null;
  readonly spreadNamed: Expression | null;
}

export interface FilterUse extends Span {
  readonly name: string;
  readonly args: Arguments;
}

/** What an assignment or a loop writes to. */
export type Target =
  | ({ readonly kind: "name"; readonly name: string } & Span)
  | ({ readonly kind: "tuple"; readonly items: readonly Target[] } & Span)
  | ({ readonly kind: "attribute"; readonly object: string; readonly name: string } & Span);

export interface Parameter {
  readonly name: string;
  readonly fallback: Expression | null;
}

export type Statement =
  | ({ readonly kind: "text"; readonly text: string } & Span)
  | ({ readonly kind: "print"; readonly value: Expression } & Span)
  | ({
      readonly kind: "if";
      readonly branches: readonly { readonly test: Expression; readonly body: Body }[];
      readonly otherwise: Body;
    } & Span)
  | ({
      readonly kind: "for";
      readonly target: Target;
      readonly iterable: Expression;
      readonly filter: Expression | null;
      readonly isRecursive: boolean;
      readonly body: Body;
      readonly otherwise: Body;
    } & Span)
  | ({ readonly kind: "set"; readonly target: Target; readonly value: Expression } & Span)
  | ({
      readonly kind: "capture";
      readonly target: Target;
      readonly filters: readonly FilterUse[];
      readonly body: Body;
    } & Span)
  | ({
      readonly kind: "with";
      readonly values: readonly (readonly [Target, Expression])[];
      readonly body: Body;
    } & Span)
  | ({
      readonly kind: "macro";
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: Body;
    } & Span)
  | ({
      readonly kind: "callBlock";
      readonly call: Expression;
      readonly parameters: readonly Parameter[];
      readonly body: Body;
    } & Span)
  | ({ readonly kind: "filterBlock"; readonly filters: readonly FilterUse[]; readonly body: Body } & Span)
  | ({ readonly kind: "group"; readonly body: Body } & Span)
  | ({ readonly kind: "break" | "continue" } & Span);

export type Body = readonly Statement[];
