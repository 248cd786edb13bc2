// A chosen path as the value of a setting. Pure.
import type { Json } from "../shared/settingsEditor.ts";

/** In place of a text; after the others of a list, unless it is among them. */
export function withPath(value: Json, path: string): Json {
  if (!isList(value)) return path;
  return value.includes(path) ? value : [...value, path];
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
