// A parsed JSON document as a tree to change at random places.
import type { Random } from "../random.ts";

export type JsonObject = Record<string, unknown>;
export type JsonNode = JsonObject | unknown[];

/** A place in a document. */
export interface Place {
  readonly parent: JsonNode;
  readonly key: string;
}

export function isNode(value: unknown): value is JsonNode {
  return typeof value === "object" && value !== null;
}

export function valueAt({ parent, key }: Place): unknown {
  return (parent as JsonObject)[key];
}

export function setAt({ parent, key }: Place, value: unknown): void {
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else define(parent, key, value);
}

/** Also a key that assigning would take for the prototype. */
export function define(node: JsonObject, key: string, value: unknown): void {
  Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true });
}

export function removeAt({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else Reflect.deleteProperty(parent, key);
}

/** A random walk down the tree: places near the root and deep in it are both often met. */
export function randomPlace(
  root: JsonNode,
  random: Random,
  fits: (value: unknown) => boolean = () => true,
): Place | null {
  for (let attempt = 0; attempt < 40; attempt++) {
    let parent = root;
    for (;;) {
      const keys = Object.keys(parent);
      if (keys.length === 0) break;
      const key = random.pick(keys);
      const value = (parent as JsonObject)[key];
      const goesOn = isNode(value) && Object.keys(value).length > 0 && (!fits(value) || random.below(6) > 0);
      if (goesOn) {
        parent = value;
        continue;
      }
      if (fits(value)) return { parent, key };
      break;
    }
  }
  return null;
}
