// Reads the nodes of the front matter: typed values out, problems with their positions.
import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type YAMLMap } from "yaml";
import type { Span } from "./positions.ts";
import type { Report } from "./problem.ts";
import type { PromptValue } from "./promptFile.ts";

/** One `key: value` of a map. */
export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node | null;
  /** The value's position; the key's if there is no value. */
  readonly span: Span;
}

export interface YamlReader {
  readonly report: Report;
  /**
   * The entries of a map, the first of each name; null for anything else. Keys that are not plain words are
   * left out.
   */
  entries(node: Node | null): readonly Entry[] | null;
  /** The items of a list; null for anything else. */
  items(node: Node | null): readonly (Node | null)[] | null;
  /** A string, number or boolean; undefined for anything else. */
  scalar(node: Node | null): string | number | boolean | undefined;
  isNull(node: Node | null): boolean;
  /** Any value of a variable; undefined if it is too deep or refers to itself. */
  value(node: Node | null): PromptValue | undefined;
  spanOf(node: Node | null, otherwise: Span): Span;
}

const DEEPEST_VALUE = 32;

/** `base` is the offset of the YAML text in the source. */
export function yamlReader(document: Document, base: number, report: Report): YamlReader {
  const resolve = (node: Node | null): Node | null => {
    if (!isAlias(node)) return node;
    return (node.resolve(document) as Node | undefined) ?? null;
  };
  const spanOf = (node: Node | null, otherwise: Span): Span => {
    const range = node?.range;
    return range && range[1] > range[0] ? { start: base + range[0], end: base + range[1] } : otherwise;
  };
  const entriesOf = (map: YAMLMap): Entry[] => {
    const entries: Entry[] = [];
    const seen = new Set<string>();
    for (const pair of map.items) {
      const keyNode = pair.key as Node | null;
      const value = pair.value as Node | null;
      const raw = isScalar(resolve(keyNode)) ? (resolve(keyNode) as { value?: unknown }).value : undefined;
      const mapSpan = spanOf(map, { start: base, end: base });
      const keySpan = spanOf(keyNode, mapSpan);
      // An unquoted `{{name}}: …` is a map as a key in YAML; only plain words are names here.
      if (typeof raw !== "string" && typeof raw !== "number" && typeof raw !== "boolean") continue;
      const key = String(raw);
      if (!seen.has(key)) entries.push({ key, keySpan, value, span: spanOf(value, keySpan) });
      seen.add(key);
    }
    return entries;
  };
  return {
    report,
    entries: (node) => {
      const map = resolve(node);
      return isMap(map) ? entriesOf(map) : null;
    },
    items: (node) => {
      const list = resolve(node);
      return isSeq(list) ? (list.items as (Node | null)[]) : null;
    },
    scalar: (node) => {
      const found = resolve(node);
      const value: unknown = isScalar(found) ? found.value : undefined;
      return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? value
        : undefined;
    },
    isNull: (node) => {
      const found = resolve(node);
      return found === null || (isScalar(found) && found.value === null);
    },
    value: (node) => {
      try {
        return promptValueOf(node === null ? null : node.toJS(document, { maxAliasCount: 100 }), 0);
      } catch {
        return undefined; // Too many aliases, or aliases that contain themselves.
      }
    },
    spanOf,
  };
}

function promptValueOf(value: unknown, depth: number): PromptValue | undefined {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as PromptValue;
  if (depth >= DEEPEST_VALUE || typeof value !== "object") return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => promptValueOf(item, depth + 1));
    return items.includes(undefined) ? undefined : (items as PromptValue[]);
  }
  const fields = Object.entries(value).map(([key, item]) => [key, promptValueOf(item, depth + 1)] as const);
  return fields.some(([, item]) => item === undefined)
    ? undefined
    : (Object.fromEntries(fields) as PromptValue);
}
