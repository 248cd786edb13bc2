// Strings and numbers under the keywords of their schema.
import { NOTHING, type Expression } from "../expression.ts";
import { countAt, invalid, numberAt, unsupported } from "./fields.ts";
import { FORMATS } from "./formats.ts";
import { quoted, stringText } from "./jsonText.ts";
import type { JsonSchema } from "./keywords.ts";
import { boundedNumberText, integerText, numberText, type NumberBounds } from "./numbers.ts";
import { PatternProblem, patternText } from "./pattern.ts";

/** @throws GrammarError schemaInvalid, schemaUnsupported */
export function stringUnder(schema: JsonSchema, place: string): Expression {
  const [min, max] = [countAt(schema, "minLength", place) ?? 0, countAt(schema, "maxLength", place)];
  const hasLength = min > 0 || max !== null;
  const { pattern, format } = schema;
  if (pattern !== undefined) {
    if (typeof pattern !== "string") return invalid(`${place}/pattern`, '"pattern" is a text');
    if (hasLength) return unsupported(place, '"pattern" together with "minLength" or "maxLength"');
    return matching(pattern, `${place}/pattern`);
  }
  const known =
    typeof format === "string" && !hasLength && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (known !== undefined) return matching(known, `${place}/format`);
  return max !== null && max < min ? NOTHING : stringText(min, max);
}

function matching(pattern: string, place: string): Expression {
  try {
    return quoted(patternText(pattern));
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    return unsupported(place, `${error.reason} (character ${error.offset + 1} of the pattern)`);
  }
}

/** @throws GrammarError schemaInvalid, schemaUnsupported */
export function numberUnder(type: "number" | "integer", schema: JsonSchema, place: string): Expression {
  const bounds = boundsOf(schema, place);
  if (type === "integer") return integerText(bounds);
  if (bounds.min === null && bounds.max === null) return numberText();
  return (
    boundedNumberText(bounds) ?? unsupported(place, "a bound of more than 15 digits, or with an exponent")
  );
}

function boundsOf(schema: JsonSchema, place: string): NumberBounds {
  const [min, above] = [numberAt(schema, "minimum", place), numberAt(schema, "exclusiveMinimum", place)];
  const [max, below] = [numberAt(schema, "maximum", place), numberAt(schema, "exclusiveMaximum", place)];
  const minExcluded = above !== null && (min === null || above >= min);
  const maxExcluded = below !== null && (max === null || below <= max);
  return { min: minExcluded ? above : min, max: maxExcluded ? below : max, minExcluded, maxExcluded };
}
