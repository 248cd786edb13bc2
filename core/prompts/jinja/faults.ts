// What can be wrong with a template: its syntax, and what happens while it is rendered.
import { t } from "../../base/index.ts";
import type { Span } from "../positions.ts";

/** A mistake in the syntax, with its place. */
export interface Mistake {
  /** Offsets into the template. */
  readonly span: Span;
  /** A sentence without a capital and a full stop. */
  readonly reason: string;
  /** A name that doesn't exist, and those that do. */
  readonly known?: { readonly name: string; readonly names: readonly string[] };
  /** Jinja's spelling of it, if this is another language's. */
  readonly instead?: string;
}

/** Thrown while a piece is parsed. */
export class SyntaxMistake extends Error {
  constructor(
    reason: string,
    readonly instead?: string,
  ) {
    super(reason);
  }
}

/** Thrown while rendering: a value doesn't fit what the template does with it. `reason` is like a mistake's. */
export class RenderError extends Error {
  /** Offset into the template of the innermost statement or expression; -1 until it is known. */
  offset = -1;
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** A variable of the caller has no value, and the template needs one here. */
export class MissingVariable extends RenderError {
  constructor(readonly variable: string) {
    super(t('the variable "{0}" has no value', variable));
  }
}

/** Thrown if a template calls raise_exception; the message is the template's own. */
export class RaisedByTemplate extends RenderError {}

/** The reason for a number that is refused because its last digits are lost. */
export const INEXACT = t(
  "a whole number is too large to be exact (beyond {0}): if it is a value, put it in quotes",
  Number.MAX_SAFE_INTEGER,
);
