// References within a JSON schema: JSON pointers to other places of the same document.
import { invalid, unsupported } from "./fields.ts";
import type { JsonSchema } from "./keywords.ts";

/** What a reference names within its document. @throws GrammarError schemaInvalid, schemaUnsupported */
export function resolve(
  document: unknown,
  reference: unknown,
  place: string,
): { readonly pointer: string; readonly target: unknown } {
  if (typeof reference !== "string") return invalid(`${place}/$ref`, '"$ref" is a text');
  if (!/^#(?:\/|$)/.test(reference))
    return unsupported(
      place,
      `a reference to ${JSON.stringify(reference.slice(0, 80))}, outside this schema`,
    );
  let target: unknown = document;
  for (const part of reference.split("/").slice(1)) {
    const key = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
    const isThere = typeof target === "object" && target !== null && Object.hasOwn(target, key);
    if (!isThere) return invalid(`${place}/$ref`, `${JSON.stringify(reference.slice(0, 80))} does not exist`);
    target = (target as JsonSchema)[key];
  }
  return { pointer: reference, target };
}

/** Part of a JSON pointer. */
export const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** A pointer's part without its percent signs; as it is if they mean nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
