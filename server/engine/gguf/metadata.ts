// Reads single values of a head's metadata.
import type { GgufHead, MetadataValue } from "./readHead.ts";

/** A text of up to 4 kB; null if it is missing, longer or something else. */
export function textAt({ metadata }: Pick<GgufHead, "metadata">, key: string): string | null {
  const found = metadata.get(key);
  return found?.type === "string" ? found.value : null;
}

/** A single number of any type; null if it is missing or something else. */
export function numberAt({ metadata }: Pick<GgufHead, "metadata">, key: string): number | null {
  const found = metadata.get(key);
  return found === undefined || found.type === "string" || found.type === "array" ? null : found.value;
}

/** A number, or one per layer; empty if it is missing or something else. */
export function numbersAt({ metadata }: Pick<GgufHead, "metadata">, key: string): readonly number[] {
  const found = metadata.get(key);
  if (found === undefined || found.type === "string") return [];
  return found.type === "array" ? (found.numbers ?? []) : [found.value];
}

/** What a value is, for a message: "a list of float32". */
export function kindOf(value: MetadataValue): string {
  if (value.type === "array") return `a list of ${value.of}`;
  return value.type === "string" ? "a text" : value.type;
}
