// A parsed prompt file as plain JSON data: the result of parsing and the input of rendering.
import type { PromptParameters, SettingValues } from "../settings/index.ts";
import type { Position, Range } from "./positions.ts";
import type { Problem } from "./problem.ts";
import type { PromptValue } from "./promptValue.ts";

export type { PromptValue } from "./promptValue.ts";

const ROLES = ["system", "user", "assistant"] as const;
export type Role = (typeof ROLES)[number];

export interface ChatMessage {
  readonly role: Role;
  readonly content: string;
}

/** The text under a role line of the file, or before the first. Loops and values may add further messages. */
export interface Section {
  readonly role: Role;
  /** The line that opened it, e.g. `user:`; null if the file has none for this text. */
  readonly roleLine: Range | null;
  /** The template as in the source, without blank lines before it and white space after it. */
  readonly template: string;
  /** The range of `template`. */
  readonly content: Range;
}

export interface Variable {
  readonly name: string;
  /** Each position that reads it, in the order of the file; empty if it is only declared. */
  readonly uses: readonly Range[];
  /** The sample value of the front matter; null if there is none, or if it is null. */
  readonly value: PromptValue;
  /** The front matter says null, which templates can ask for. */
  readonly isNull: boolean;
  /** A conversation (`kind: thread`): printed on its own, its messages become part of the prompt. Empty without a value. */
  readonly isThread: boolean;
  /** Its input says `required: false`: without a value it prints as nothing. */
  readonly isOptional: boolean;
  /** `value` is read from a file that the front matter names. */
  readonly isFromFile: boolean;
  /** Its key in the front matter; null if it is only used. */
  readonly declared: Range | null;
  /**
   * False if the template works without a value: it is optional, or every use asks for it, as `if`, `or`, `for` and
   * `default` do.
   */
  readonly required: boolean;
}

export interface PromptMeta {
  readonly name: string | null;
  readonly description: string | null;
  readonly version: string | null;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
}

/** The `laser:` block. */
export interface LaserBlock {
  readonly settings: Partial<SettingValues>;
  /** The pool file as written: relative to the prompt file, if it is not absolute; null if none is named. */
  readonly pool: string | null;
  /** The group of the pool that the prompt is about; null if none is named. */
  readonly group: string | null;
}

export interface PromptFile {
  readonly meta: PromptMeta;
  readonly parameters: PromptParameters;
  /** What the `laser:` block says besides settings; absent if there is none. */
  readonly laser?: LaserBlock;
  readonly sections: readonly Section[];
  /** Everything after the front matter, as in the source: the template. */
  readonly body: string;
  readonly bodyStart: Position;
  readonly variables: readonly Variable[];
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}
