// Converts a property of `contributes.configuration` to a schema that the settings editor understands.
// Unknown restrictions on a value make it unsupported: better not edited than edited wrongly. Never throws,
// whatever the manifest holds.
import { markdownParts, plainParts } from "./descriptionParts.ts";
import {
  compiled,
  type Bound,
  type Choice,
  type ChoiceSchema,
  type ListSchema,
  type NumberSchema,
  type Primitive,
  type SettingSchema,
  type TextPart,
  type TextSchema,
} from "../shared/settingSchema.ts";

type Property = Readonly<Record<string, unknown>>;
type Unsupported = Extract<SettingSchema, { readonly type: "unsupported" }>;

/** Keywords that describe a setting without restricting its value. */
const ANNOTATIONS = new Set([
  ...["type", "default", "title", "description", "markdownDescription", "order", "scope", "tags", "keywords"],
  ...["deprecationMessage", "markdownDeprecationMessage", "errorMessage", "examples", "$comment"],
  ...["enumDescriptions", "markdownEnumDescriptions", "enumItemLabels", "patternErrorMessage"],
  ...[
    "editPresentation",
    "defaultSnippets",
    "suggestSortText",
    "ignoreSync",
    "disallowSyncIgnore",
    "included",
  ],
]);
const NUMBER_KEYWORDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const TEXT_KEYWORDS = ["minLength", "maxLength", "pattern"];
const LIST_KEYWORDS = ["items", "minItems", "maxItems", "uniqueItems"];

export function settingSchema(given: unknown): SettingSchema {
  if (!isProperty(given)) return unsupported("the manifest does not describe it");
  const types = typesOf(given.type);
  if (types === null) return unsupported("the manifest gives it an unknown type");
  if (given.enum !== undefined) return choiceSchema(given, types);
  const nullable = types.includes("null");
  const [type, ...others] = types.filter((name) => name !== "null");
  if (type === undefined) return foreignKeyword(given, []) ?? unsupported("the manifest gives it no type");
  if (others.length > 0) return unsupported("its values can be of several types");
  switch (type) {
    case "boolean":
      if (nullable) return choiceSchema({ ...given, enum: [true, false, null] }, types);
      return foreignKeyword(given, []) ?? { type: "boolean" };
    case "integer":
    case "number":
      return numberSchema(given, type, nullable);
    case "string":
      return textSchema(given, nullable);
    case "array":
      return nullable ? unsupported("its values can be of several types") : listSchema(given);
    default:
      return unsupported(type === "object" ? "its values are objects" : `its type is ${type}`);
  }
}

function numberSchema(
  property: Property,
  type: NumberSchema["type"],
  nullable: boolean,
): NumberSchema | Unsupported {
  const foreign = foreignKeyword(property, NUMBER_KEYWORDS);
  if (foreign !== null) return foreign;
  const odd = NUMBER_KEYWORDS.find((keyword) => !isLeftOut(property[keyword], isNumber));
  if (odd !== undefined) return unsupported(`its "${odd}" is not a number`);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = property;
  const step = isNumber(multipleOf) ? multipleOf : null;
  if (step !== null && step <= 0) return unsupported('its "multipleOf" is not above 0');
  const lower = tighter(boundOf(minimum, false), boundOf(exclusiveMinimum, true), Math.max);
  const upper = tighter(boundOf(maximum, false), boundOf(exclusiveMaximum, true), Math.min);
  if (lower !== null && upper !== null) {
    const isPoint = lower.value === upper.value && (lower.isExclusive || upper.isExclusive);
    if (lower.value > upper.value || isPoint) return unsupported("no number lies within its bounds");
  }
  return { type, lower, upper, multipleOf: step, nullable };
}

function boundOf(value: unknown, isExclusive: boolean): Bound | null {
  return isNumber(value) ? { value, isExclusive } : null;
}

function tighter(a: Bound | null, b: Bound | null, pick: (a: number, b: number) => number): Bound | null {
  if (a === null || b === null) return a ?? b;
  // `b` excludes its own value, so it is the tighter of two equal bounds.
  return pick(a.value, b.value) === b.value ? b : a;
}

function textSchema(property: Property, nullable: boolean): TextSchema | Unsupported {
  const foreign = foreignKeyword(property, TEXT_KEYWORDS);
  if (foreign !== null) return foreign;
  const { minLength, maxLength, pattern, patternErrorMessage, editPresentation } = property;
  if (!isLeftOut(minLength, isCount) || !isLeftOut(maxLength, isCount))
    return unsupported("a bound on its length is not a number");
  if (!isLeftOut(pattern, isText) || (isText(pattern) && compiled(pattern) === null))
    return unsupported("its pattern is not a regular expression");
  return {
    type: "text",
    minLength: isCount(minLength) ? minLength : null,
    maxLength: isCount(maxLength) ? maxLength : null,
    pattern: isText(pattern)
      ? { source: pattern, message: isText(patternErrorMessage) ? patternErrorMessage : null }
      : null,
    hasLines: editPresentation === "multilineText",
    nullable,
  };
}

function choiceSchema(property: Property, types: readonly string[]): ChoiceSchema | Unsupported {
  const foreign = foreignKeyword(property, ["enum"]);
  if (foreign !== null) return foreign;
  const values = property.enum;
  if (!Array.isArray(values) || values.length === 0) return unsupported("the manifest lists no choices");
  if (!values.every(isPrimitive)) return unsupported("some of its choices are lists or objects");
  if (types.length > 0 && !values.every((value) => types.some((type) => isOfType(value, type))))
    return unsupported("some of its choices have the wrong type");
  const labels = listOf(property.enumItemLabels);
  const choices = values.map((value, at): Choice => {
    const label = labels[at];
    return { value, label: isText(label) ? label : labelOf(value), description: choiceParts(property, at) };
  });
  return {
    type: "choice",
    choices: choices.filter(({ value }, at) => values.indexOf(value) === at),
  };
}

function choiceParts(
  { enumDescriptions, markdownEnumDescriptions }: Property,
  at: number,
): readonly TextPart[] {
  const markdown = listOf(markdownEnumDescriptions)[at];
  if (isText(markdown)) return markdownParts(markdown);
  const plain = listOf(enumDescriptions)[at];
  return isText(plain) ? plainParts(plain) : [];
}

function labelOf(value: Primitive): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return value === null ? "no value" : String(value);
}

function listSchema(property: Property): ListSchema | Unsupported {
  const foreign = foreignKeyword(property, LIST_KEYWORDS);
  if (foreign !== null) return foreign;
  const { items, minItems, maxItems, uniqueItems } = property;
  if (!isLeftOut(minItems, isCount) || !isLeftOut(maxItems, isCount) || !isLeftOut(uniqueItems, isFlag))
    return unsupported("a bound on its length is not a number");
  if (!isProperty(items)) return unsupported("the manifest does not describe its items");
  const item = settingSchema(items);
  const isTexts =
    (item.type === "text" && !item.nullable) ||
    (item.type === "choice" && item.choices.every(({ value }) => isText(value)));
  if (!isTexts) return unsupported("its items are not strings");
  return {
    type: "list",
    items: item,
    minItems: isCount(minItems) ? minItems : null,
    maxItems: isCount(maxItems) ? maxItems : null,
    uniqueItems: uniqueItems === true,
  };
}

/** Null if all keywords are known. */
function foreignKeyword(property: Property, known: readonly string[]): Unsupported | null {
  const foreign = Object.keys(property).find((name) => !ANNOTATIONS.has(name) && !known.includes(name));
  return foreign === undefined ? null : unsupported(`the manifest restricts it with "${foreign}"`);
}

function unsupported(reason: string): Unsupported {
  return { type: "unsupported", reason };
}

/** Empty if the manifest gives no type; null if it gives something that is not a type. */
function typesOf(type: unknown): readonly string[] | null {
  if (type === undefined) return [];
  if (isText(type)) return [type];
  return Array.isArray(type) && type.every(isText) ? [...new Set(type)] : null;
}

function isOfType(value: Primitive, type: string): boolean {
  if (value === null) return type === "null";
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function isLeftOut(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return value === undefined || isRight(value);
}

export function isProperty(value: unknown): value is Property {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPrimitive(value: unknown): value is Primitive {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return isNumber(value) && Number.isInteger(value) && value >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isFlag(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
