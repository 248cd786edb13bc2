// What a setting is: a schema of its value that also carries everything else known about it. One function for each
// kind of value, so that `sampling: number({ minimum: 0, … })` is the whole definition.
import * as Type from "typebox";

/** Where a value can be set, in VS Code's terms: paths and devices on a machine, preferences in a folder or window. */
export type Scope = "machine-overridable" | "resource" | "window";

export interface Facts {
  /** English sentences for every place that explains the setting. */
  readonly text: string;
  /** Markdown that only editors show after the text: `code` and links such as `#laser.relaxed.topK#`. */
  readonly note?: string;
  readonly scope: Scope;
  /** Ignored in an untrusted workspace. */
  readonly restricted?: true;
  /** The option of the command line, e.g. "--temperature <t>". */
  readonly flag?: string;
  /** The spellings in a prompt file's `model.parameters`; the first one is documented. */
  readonly promptKeys?: readonly string[];
  /** The option names a file whose text is the value. */
  readonly valueFromFile?: true;
}

/** Limits of a number; `above` excludes the limit itself. */
type Bounds = ({ readonly minimum: number } | { readonly above: number }) & { readonly maximum: number };

export interface NumberSetting extends Facts {
  readonly kind: "integer" | "number";
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum: number;
  /** null is a value as well: no limit, or chosen by the program. */
  readonly nullable: boolean;
  /** A slider's scale: the smallest value above the minimum that matters, from which it is logarithmic; else linear. */
  readonly logFrom?: number;
  /** How an option spells null. */
  readonly nullWord?: string;
  readonly default: number | null;
}

export interface BooleanSetting extends Facts {
  readonly kind: "boolean";
  readonly default: boolean;
}

export interface ChoiceSetting extends Facts {
  readonly kind: "choice";
  /** Each choice with its meaning. */
  readonly choices: Readonly<Record<string, string>>;
  readonly default: string;
}

export interface TextSetting extends Facts {
  readonly kind: "text";
  /** A field of several lines. */
  readonly hasLines?: true;
  readonly names?: Named;
  readonly default: string;
}

/** What a path names, so that it can be chosen instead of typed. */
export interface Named {
  readonly kind: "file" | "folder";
  /** Endings of such files, without the dot; any if omitted. */
  readonly endings?: readonly string[];
}

export interface ListSetting extends Facts {
  readonly kind: "list";
  readonly maxItems?: number;
  /** Items are texts of any content: none is empty, and a field of one line shows a line break as `\n`. */
  readonly hasTexts?: true;
  /** Each item is the path of one. */
  readonly names?: Named;
  readonly default: readonly string[];
}

export type Setting = NumberSetting | BooleanSetting | ChoiceSetting | TextSetting | ListSetting;

const limits = ({ maximum, ...lower }: Bounds) => ({
  ...("above" in lower ? { exclusiveMinimum: lower.above } : { minimum: lower.minimum }),
  maximum,
});

type NumberFacts = Facts & Bounds & { readonly default: number; readonly logFrom?: number };

export function integer(facts: NumberFacts) {
  const setting = { ...facts, ...limits(facts), kind: "integer", nullable: false } as const;
  return Type.Integer(setting) as Type.TInteger & NumberSetting & { readonly default: number };
}

export function number(facts: NumberFacts) {
  const setting = { ...facts, ...limits(facts), kind: "number", nullable: false } as const;
  return Type.Number(setting) as Type.TNumber & NumberSetting & { readonly default: number };
}

/** A number, or null. */
export function optional(
  kind: NumberSetting["kind"],
  facts: Facts & { readonly minimum: number; readonly maximum: number; readonly nullWord: string },
) {
  const bounds = { minimum: facts.minimum, maximum: facts.maximum };
  const one = kind === "integer" ? Type.Integer(bounds) : Type.Number(bounds);
  const setting = { ...facts, kind, nullable: true, default: null } as const;
  return Type.Union([one, Type.Null()], setting) as Type.TUnion<[Type.TNumber, Type.TNull]> & NumberSetting;
}

export function boolean(facts: Facts & { readonly default: boolean }) {
  return Type.Boolean({ ...facts, kind: "boolean" }) as Type.TBoolean & BooleanSetting;
}

export function choice<Word extends string>(
  facts: Facts & { readonly choices: Readonly<Record<Word, string>>; readonly default: NoInfer<Word> },
) {
  const words = Object.keys(facts.choices) as Word[];
  return Type.Enum(words, { ...facts, kind: "choice" }) as Type.TEnum<Word[]> & ChoiceSetting;
}

export function text(
  facts: Facts & { readonly hasLines?: true; readonly names?: Named; readonly default: string },
) {
  return Type.String({ ...facts, kind: "text" }) as Type.TString & TextSetting;
}

export function list(
  facts: Facts & {
    readonly maxItems?: number;
    readonly hasTexts?: true;
    readonly names?: Named;
    readonly default: readonly string[];
  },
) {
  const item = Type.String(facts.hasTexts ? { minLength: 1 } : {});
  return Type.Array(item, { ...facts, kind: "list" }) as Type.TArray<Type.TString> & ListSetting;
}
