// What one rendering shares: its bounds, its output, and the scopes that names are looked up in.
import { t } from "../../base/index.ts";
import { RenderError } from "./faults.ts";
import type { Expression } from "./nodes.ts";
import type { Marks } from "./marks.ts";
import { Undefined, type CallArguments, type Value } from "./values.ts";
import { reads, type Meter } from "./walk.ts";

/** A part of the output. */
export interface Chunk {
  readonly text: string;
  /** Offset into the template of what wrote it. */
  readonly at: number;
  /** The expression whose value this is; null for the template's own text. */
  readonly from: Expression | null;
  /**
   * derived: a value that is put together from the template's own text, such as what a macro wrote, after a filter ·
   * uncalled: a method of a text without its brackets, which prints as nothing ·
   * foreign: a part that such a value has in other languages, as a list's `length`; it prints as nothing, too.
   */
  readonly note: "derived" | "uncalled" | "foreign" | null;
  /** The messages of a conversation that are inserted here instead of text. */
  readonly thread: readonly Value[] | null;
}

/** Bounds of one rendering, so that a template of a downloaded file can't run forever. */
export interface Limits {
  /** Statements, expressions and items of loops and lists. */
  readonly steps: number;
  /** UTF-16 units of the output, and of any text on the way to it; all of those together may have ten times as many. */
  readonly characters: number;
  /** Asked at every step; true ends the rendering. */
  readonly isOverdue?: () => boolean;
}

export interface RenderOptions {
  /** "html": Jinja2's own `tojson`, for HTML, with sorted keys; "plain": as chat templates expect it. */
  readonly json: "html" | "plain";
  /**
   * How truth values and none print: "python" as True and None, "prompty" as true and nothing, which Prompty's
   * conformance cases ask for. Lists and maps print as Python's in both.
   */
  readonly scalars: "python" | "prompty";
  readonly limits: Limits;
  /** Variables that may be asked for without a value, but not printed. */
  readonly missing?: ReadonlySet<string>;
  /** Variables whose value is null, which prints as nothing sensible. */
  readonly nulls?: ReadonlySet<string>;
  /** Marks of the user's characters in the values; null or left out if nothing is marked. */
  readonly marks?: Marks | null;
  /** Variables that are conversations: printed on their own, their messages are inserted into the output. */
  readonly threads?: ReadonlySet<string>;
}

const DEEPEST_CALLS = 150;

export type Filter = (value: Value, args: CallArguments, context: Context) => Value;
export type Test = (value: Value, args: CallArguments, context: Context) => boolean;

/** What filters and formats need of the evaluation they are part of. */
export interface Services {
  attribute(value: Value, name: string, context: Context): Value;
  item(value: Value, index: Value, context: Context): Value;
  /** @throws RenderError for an unknown name */
  filter(name: string): Filter;
  test(name: string): Test;
}

export class Context implements Meter {
  /** How many macros have run: an expression during which this grows is put together from template text. */
  macroRuns = 0;
  private steps = 0;
  private characters = 0;
  private depth = 0;

  constructor(
    readonly options: RenderOptions,
    readonly services: Services,
  ) {}

  /** @throws RenderError beyond the bound */
  spend(steps: number): void {
    this.steps += steps;
    if (this.steps > this.options.limits.steps)
      throw new RenderError(t("it takes more than {0} steps", this.options.limits.steps));
    // At every step: a single one, such as a search through a long text, may take milliseconds.
    if (this.options.limits.isOverdue?.()) throw new RenderError(t("it takes too long"));
  }

  /** To be called before a text of this length is made. @throws RenderError beyond the bound */
  allow(characters: number): void {
    this.allowOutput(characters);
    this.characters += characters;
    const most = 10 * this.options.limits.characters;
    if (this.characters > most) throw new RenderError(t("its texts exceed {0} characters in total", most));
  }

  /** To be called before the output gets this long. @throws RenderError beyond the bound */
  allowOutput(characters: number): void {
    const most = this.options.limits.characters;
    if (characters > most) throw new RenderError(t("it produces a text of more than {0} characters", most));
  }

  /** Joins texts with a separator. @throws RenderError as soon as the result is too long, before all are made */
  joined<T>(items: readonly T[], text: (item: T) => string, between: string): string {
    this.spend(items.length);
    let length = 0;
    const texts = items.map((item) => {
      const made = text(item);
      length += made.length + between.length;
      this.allowOutput(length);
      return made;
    });
    return texts.join(between);
  }

  /**
   * What an operation makes of texts, with the marks of the user's characters.
   * @param run does it with `given(value)` for each of its values
   */
  carry(texts: readonly Value[], run: (given: (value: Value) => Value) => Value): Value {
    for (const text of texts) if (typeof text === "string") reads(text.length);
    return this.options.marks?.carry(texts, run) ?? run((value) => value);
  }

  /** A text, or the texts of a list, without marks: for what only looks at them. */
  plain(value: Value): Value {
    if (typeof value === "string") reads(value.length);
    return this.options.marks?.plainValue(value) ?? value;
  }

  /** Runs a macro or a part of a recursive loop. @throws RenderError if they are nested too deeply */
  nested<T>(action: () => T): T {
    if (++this.depth > DEEPEST_CALLS) throw new RenderError(t("it is nested too deeply"));
    try {
      return action();
    } finally {
      this.depth--;
    }
  }
}

/** Collects the output of a template, a macro or a block. */
export class Output {
  readonly chunks: Chunk[] = [];
  private length = 0;

  constructor(private readonly context: Context) {}

  add(chunk: Chunk): void {
    // A macro or a captured block may write many pieces without a character.
    this.context.spend(1);
    this.length += chunk.text.length;
    this.context.allowOutput(this.length);
    this.chunks.push(chunk);
  }

  text(): string {
    return this.chunks.map(({ text }) => text).join("");
  }
}

/** Names and their values; an inner scope sees those outside it and writes its own. */
export class Scope {
  private readonly values = new Map<string, Value>();
  /** What `{% set x %}…{% endset %}` captured, in pieces, as long as the name has that value. */
  private captured: Map<string, readonly Chunk[]> | null = null;

  /** What `{% set x = … %}` assigned to the name, from which the origin of a printed text is found. */
  private sources: Map<string, Expression> | null = null;

  constructor(readonly outer: Scope | null) {}

  get(name: string): Value | undefined {
    return this.scopeOf(name)?.values.get(name);
  }

  /** True if the name is a variable of the caller that no statement has overridden. */
  isOuter(name: string): boolean {
    return this.scopeOf(name)?.outer === null;
  }

  capturedChunks(name: string): readonly Chunk[] | null {
    return this.scopeOf(name)?.captured?.get(name) ?? null;
  }

  /** The expression that a `set` gave the name; null if it got its value in another way. */
  sourceOf(name: string): Expression | null {
    return this.scopeOf(name)?.sources?.get(name) ?? null;
  }

  /** @param source where the value is from, if a `set` says so */
  set(
    name: string,
    value: Value,
    chunks: readonly Chunk[] | null = null,
    source: Expression | null = null,
  ): void {
    this.values.set(name, value);
    if (source === null) this.sources?.delete(name);
    else (this.sources ??= new Map<string, Expression>()).set(name, source);
    if (chunks === null) this.captured?.delete(name);
    else (this.captured ??= new Map<string, readonly Chunk[]>()).set(name, chunks);
  }

  private scopeOf(name: string): Scope | null {
    if (this.values.has(name)) return this;
    for (let at = this.outer; at !== null; at = at.outer) if (at.values.has(name)) return at;
    return null;
  }
}

export function undefinedName(name: string, context: Context): Undefined {
  return new Undefined(
    t('"{0}" is undefined', name),
    context.options.missing?.has(name) === true ? name : null,
  );
}
