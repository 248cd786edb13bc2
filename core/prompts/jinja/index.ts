// Jinja2 templates: parsing, with a place for every mistake, and rendering within bounds. A template can't run code,
// read files or change what it is given.
import { t } from "../../base/index.ts";
import { Context, Output, Scope, type Chunk, type RenderOptions } from "./context.ts";
import { SERVICES } from "./evaluate.ts";
import { RenderError } from "./faults.ts";
import { globalsFor } from "./globals.ts";
import { run } from "./run.ts";
import type { Template } from "./statements.ts";
import type { Value } from "./values.ts";
import { metered } from "./walk.ts";

export type { Chunk, Limits } from "./context.ts";
export { partHint } from "./dialects.ts";
export { MissingVariable, RaisedByTemplate, RenderError } from "./faults.ts";
export { textFunction } from "./globals.ts";
export { Marks } from "./marks.ts";
export type { Expression } from "./nodes.ts";
export { type Piece, type WhiteSpaceRules } from "./pieces.ts";
export { parseTemplate, type Template } from "./statements.ts";
export { Dict, isList, valueOf, type Value } from "./values.ts";
export { freeVariables, unknownNames, type VariableUse } from "./names.ts";
export { textOf } from "./writing.ts";

/** Bounds that no real prompt comes near, and that end a hostile template within a second or two. */
export const DEFAULT_LIMITS = { steps: 2_000_000, characters: 20_000_000 } as const;

/**
 * Renders a template without mistakes.
 * @param variables override built-in names
 * @returns the output in pieces: joined they are the text
 * @throws RenderError with the offset of what failed; MissingVariable and RaisedByTemplate are such
 */
export function renderTemplate(
  template: Template,
  variables: Iterable<readonly [string, Value]>,
  options: RenderOptions,
): readonly Chunk[] {
  const context = new Context(options, SERVICES);
  const scope = new Scope(null);
  for (const [name, value] of globalsFor(context)) scope.set(name, value);
  for (const [name, value] of variables) scope.set(name, value);
  const output = new Output(context);
  try {
    metered(context, () => run(template.body, new Scope(scope), output, context));
  } catch (error) {
    if (error instanceof RangeError)
      throw new RenderError(t("it is nested too deeply, or makes too long a text"));
    throw error;
  }
  return output.chunks;
}
