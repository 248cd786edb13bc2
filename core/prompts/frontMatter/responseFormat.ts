// `response_format` of a prompt file, as OpenAI's interface has it and Prompty passes it on, and `json_schema`: both give a
// JSON schema that the answer is held to.
import { t } from "../../base/index.ts";

/** What a key must hold, as the rest of a sentence after "must be". */
export interface WantedFormat {
  readonly wanted: string;
}

const FORMAT: WantedFormat = {
  wanted: t('a map with the "type" text, json_object, or json_schema with the schema in "json_schema"'),
};
const SCHEMA: WantedFormat = { wanted: t("a JSON schema, as a map or as JSON text") };
const ANY_OBJECT = '{"type":"object"}';

type Fields = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The JSON schema as JSON text, "" for none. @param key `response_format` or `json_schema` */
export function schemaOfParameter(key: string, value: unknown): string | WantedFormat {
  if (key !== "response_format") return schemaText(value) ?? SCHEMA;
  if (!isMap(value)) return FORMAT;
  switch (value.type) {
    case "text":
      return "";
    case "json_object":
      return ANY_OBJECT;
    case "json_schema": {
      const holder = isMap(value.json_schema) ? value.json_schema : value;
      return schemaText(holder.schema) ?? FORMAT;
    }
    default:
      return FORMAT;
  }
}

function schemaText(schema: unknown): string | null {
  if (typeof schema === "string") return schema;
  return isMap(schema) || typeof schema === "boolean" ? JSON.stringify(schema) : null;
}
