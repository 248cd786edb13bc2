// Reads the nodes of the front matter: typed values out, problems with their positions.
import { t } from "../../base/index.ts";
import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Node,
  type YAMLMap,
} from "yaml";
import type { ReadPromptFile } from "../fileReferences.ts";
import { tooDeepAt } from "./frontMatter.ts";
import type { Span } from "../positions.ts";
import type { Report } from "../problem.ts";
import type { PromptValue } from "../promptValue.ts";

/** One `key: value` of a map. */
export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Node | null;
  /** The value's position; the key's if there is no value. */
  readonly span: Span;
}

const DEEPEST_VALUE = 32;
/** Values of all uses of an anchor together, so that aliases of aliases end. */
const MAX_ALIASED = 10_000;
const FILE_REFERENCE = /^\s*\$\{file:([^}]+)\}\s*$/;

/** Reads nodes of one document. Aliases and `${file:x.json}` are followed wherever a node is read. */
export class YamlReader {
  private readonly anchors: ReadonlyMap<Node, Node>;
  private readonly files = new Map<string, Node | null>();
  private readonly known = new Map<YAMLMap, readonly Entry[]>();
  private readonly start: Span;

  /** @param base the offset of the YAML text in the source */
  constructor(
    document: Document,
    private readonly base: number,
    readonly report: Report,
    private readonly readFile: ReadPromptFile | null,
  ) {
    this.anchors = anchorsOf(document);
    this.start = { start: base, end: base };
  }

  /**
   * The entries of a map, the first of each name; null for anything else. Keys that are not plain words are
   * left out.
   */
  entries(node: Node | null): readonly Entry[] | null {
    const map = this.resolve(node);
    return isMap(map) ? this.entriesOf(map) : null;
  }

  /** The items of a list; null for anything else. */
  items(node: Node | null): readonly (Node | null)[] | null {
    const list = this.resolve(node);
    return isSeq(list) ? (list.items as (Node | null)[]) : null;
  }

  /** A string, number or boolean; undefined for anything else. */
  scalar(node: Node | null): string | number | boolean | undefined {
    const found = this.resolve(node);
    const value: unknown = isScalar(found) ? found.value : undefined;
    return isPlain(value) ? value : undefined;
  }

  isNull(node: Node | null): boolean {
    const found = this.resolve(node);
    return found === null || (isScalar(found) && found.value === null);
  }

  /** Any value of a variable; undefined if it is too deep or refers to itself. */
  value(node: Node | null): PromptValue | undefined {
    return valueReader((part) => this.resolve(part))(node);
  }

  spanOf(node: Node | null, otherwise: Span): Span {
    const range = node?.range;
    return range && range[1] > range[0]
      ? { start: this.base + range[0], end: this.base + range[1] }
      : otherwise;
  }

  /** True if the value is read from a file beside the prompt: `${file:x.json}`. */
  isFromFile(node: Node | null): boolean {
    return referenceOf(this.withoutAlias(node)) !== null;
  }

  /** What a file beside the prompt holds; null, and reported, if it can't be read. */
  file(path: string, span: Span): Node | null {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const node = fileNode(path, span, this.readFile, this.report);
    this.files.set(path, node);
    return node;
  }

  private withoutAlias(node: Node | null): Node | null {
    return isAlias(node) ? (this.anchors.get(node) ?? null) : node;
  }

  private resolve(node: Node | null): Node | null {
    const target = this.withoutAlias(node);
    const path = referenceOf(target);
    return path === null ? target : this.file(path, this.spanOf(node, this.start));
  }

  private entriesOf(map: YAMLMap): readonly Entry[] {
    const before = this.known.get(map);
    if (before !== undefined) return before;
    this.known.set(map, []); // A map that is merged into itself ends here.
    const entries: Entry[] = [];
    const merged: Entry[] = [];
    const seen = new Set<string>();
    for (const pair of map.items) {
      const keyNode = pair.key as Node | null;
      const value = pair.value as Node | null;
      const name = this.resolve(keyNode);
      const raw: unknown = isScalar(name) ? name.value : undefined;
      const keySpan = this.spanOf(keyNode, this.spanOf(map, this.start));
      // An unquoted `{{name}}: …` is a map as a key in YAML; only plain words are names here.
      if (!isPlain(raw)) continue;
      const key = String(raw);
      // `<<: *base`: the base's keys, below the map's own.
      const bases = key === "<<" ? this.basesOf(value) : [];
      for (const base of bases) merged.push(...this.entriesOf(base));
      if (bases.length > 0) continue;
      if (!seen.has(key)) entries.push({ key, keySpan, value, span: this.spanOf(value, keySpan) });
      seen.add(key);
    }
    for (const entry of merged) {
      if (!seen.has(entry.key)) entries.push(entry);
      seen.add(entry.key);
    }
    this.known.set(map, entries);
    return entries;
  }

  /** The maps that `<<` names: one, or several in a list. */
  private basesOf(value: Node | null): readonly YAMLMap[] {
    const node = this.resolve(value);
    const given = isSeq(node) ? (node.items as (Node | null)[]) : [value];
    return given.map((base) => this.resolve(base)).filter((base): base is YAMLMap => isMap(base));
  }
}

/** The path in `${file:x.json}`; null for anything else. */
function referenceOf(node: Node | null): string | null {
  const text: unknown = isScalar(node) ? node.value : null;
  return typeof text === "string" ? (FILE_REFERENCE.exec(text)?.[1]?.trim() ?? null) : null;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/**
 * The node that each alias refers to, found in one pass: the package's own search reads the whole document for
 * each alias.
 */
function anchorsOf(document: Document): ReadonlyMap<Node, Node> {
  const named = new Map<string, Node>();
  const found = new Map<Node, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = named.get(node.source);
        if (target !== undefined) found.set(node, target);
      } else if ("anchor" in node && typeof node.anchor === "string") named.set(node.anchor, node);
    },
  });
  return found;
}

/** A value of any shape; undefined if it is too deep, refers to itself or repeats too much by aliases. */
function valueReader(
  resolve: (node: Node | null) => Node | null,
): (node: Node | null) => PromptValue | undefined {
  let aliased = 0;
  const read = (given: Node | null, depth: number, inAlias: boolean): PromptValue | undefined => {
    const inside = inAlias || isAlias(given);
    if (inside && ++aliased > MAX_ALIASED) return undefined;
    const node = resolve(given);
    if (node === null) return null;
    if (isScalar(node)) return scalarValue(node.value);
    if (depth >= DEEPEST_VALUE) return undefined;
    if (isSeq(node)) {
      const items: PromptValue[] = [];
      for (const item of node.items as (Node | null)[]) {
        const value = read(item, depth + 1, inside);
        if (value === undefined) return undefined;
        items.push(value);
      }
      return items;
    }
    if (!isMap(node)) return undefined;
    const fields: [string, PromptValue][] = [];
    for (const { key, value } of node.items) {
      const name = resolve(key as Node | null);
      const item = read(value as Node | null, depth + 1, inside);
      if (item === undefined) return undefined;
      if (
        isScalar(name) &&
        name.value === "<<" &&
        typeof item === "object" &&
        item !== null &&
        !Array.isArray(item)
      )
        fields.unshift(...Object.entries(item));
      else if (isScalar(name)) fields.push([String(name.value), item]);
    }
    return Object.fromEntries(fields);
  };
  return (node) => read(node, 0, false);
}

function scalarValue(value: unknown): PromptValue | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.toISOString();
  return value === undefined ? null : undefined;
}

/** The contents of a file as nodes: JSON and YAML by their endings, anything else as a text. */
function fileNode(path: string, span: Span, readFile: ReadPromptFile | null, report: Report): Node | null {
  const fail = (severity: "error" | "warning", message: string, nextStep: string | null): null => {
    report({ severity, code: "fileUnread", message, nextStep, span });
    return null;
  };
  if (readFile === null)
    return fail(
      "warning",
      t('The file "{0}" is not read here.', path),
      t("Save the prompt as a file beside it."),
    );
  const read = readFile(path);
  if (read.text === null)
    return fail(
      "error",
      t('"{0}" can\'t be read: {1}.', path, read.reason),
      t("Correct its path, which is relative to the prompt file."),
    );
  if (/\.json$/i.test(path)) {
    try {
      return new Document(JSON.parse(read.text) as unknown).contents;
    } catch {
      return fail("error", t('"{0}" is not valid JSON.', path), t("Correct the file."));
    }
  }
  if (!/\.ya?ml$/i.test(path)) return new Document(read.text).contents;
  if (tooDeepAt(read.text) !== null) return fail("error", t('"{0}" is nested too deeply.', path), null);
  const document = parseDocument(read.text, { prettyErrors: false });
  if (document.errors.length > 0)
    return fail("error", t('"{0}" is not valid YAML.', path), t("Correct the file."));
  try {
    return new Document(document.toJS({ maxAliasCount: 100, mapAsMap: true }) as unknown).contents;
  } catch {
    return fail("error", t('"{0}" repeats too much by aliases.', path), null);
  }
}
