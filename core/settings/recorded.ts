// Settings as a trace records them. A file may hold values that an earlier version or another program allowed, so its
// bounds are those of any count or amount, and only a share stays within 0 and 1.
import { t } from "../base/index.ts";
import * as Type from "typebox";
import type { NumberSetting, Setting } from "./setting.ts";

/** Above it, integers and sums are no longer exact. */
const MAX_COUNT = Number.MAX_SAFE_INTEGER;
/** E.g. ms: 1e15 of them are 30,000 years, and sums stay finite. */
const MAX_AMOUNT = 1e15;

/**
 * The schema of a recorded value, with the setting's text as its description.
 * @param bounds instead of those that follow from the setting
 * @param about instead of the setting's text
 */
export function recorded<Schema extends Type.TSchema & Setting>(
  setting: Schema,
  bounds?: Type.TNumberOptions,
  about?: string,
): Schema {
  return schemaOf({ ...setting, text: about ?? setting.text }, bounds) as Schema;
}

/** The schema of a recorded group. */
export function recordedGroup<Properties extends Type.TProperties>(
  { properties }: Type.TObject<Properties>,
  description: string,
): Type.TObject<Properties> {
  const all = Object.entries(properties).map(([field, setting]) => [field, schemaOf(setting as Setting)]);
  return Type.Object(Object.fromEntries(all) as Properties, { description });
}

function schemaOf(setting: Setting, bounds?: Type.TNumberOptions): Type.TSchema {
  const description = setting.text;
  switch (setting.kind) {
    case "integer":
    case "number":
      return numberOf(setting, bounds ?? boundsOf(setting));
    case "boolean":
      return Type.Boolean({ description });
    case "choice":
      return Type.Enum(Object.keys(setting.choices), { description });
    case "text":
      return Type.String({ description });
    case "list":
      return Type.Array(Type.String(setting.hasTexts === true ? { minLength: 1 } : {}), { description });
  }
}

function boundsOf({ kind, minimum, maximum }: NumberSetting): Type.TNumberOptions {
  if (kind === "integer") return { minimum: minimum === 1 ? 1 : 0, maximum: MAX_COUNT };
  return { minimum: 0, maximum: maximum === 1 ? 1 : MAX_AMOUNT };
}

function numberOf({ kind, nullable, text: description }: NumberSetting, bounds: Type.TNumberOptions) {
  const of = kind === "integer" ? Type.Integer : Type.Number;
  if (!nullable) return of({ description, ...bounds });
  return Type.Union([of(bounds), Type.Null()], { description: t("{0} null = no limit.", description) });
}
