// The front matter as a tree of keys with positions, for editors. It reads what the YAML parser could make of the text,
// also while a line is being written.
import { isMap, isScalar, isSeq, type Node } from "yaml";
import type { Span } from "../positions.ts";
import type { ReadPrompt } from "../parse.ts";

export interface KeyNode {
  /** The keys above it and its own; an item of a list has its number, as in ["inputs", "0", "name"]. */
  readonly path: readonly string[];
  readonly key: string;
  /** Of the key as written; of an item, its whole span. */
  readonly keySpan: Span;
  /** Of the value as written; null if there is none. */
  readonly valueSpan: Span | null;
  /** The value, if it is a word, number or text. */
  readonly scalar: string | null;
  /** From the key to the end of the value. */
  readonly span: Span;
  readonly children: readonly KeyNode[];
}

/** Deeper keys are values of variables, which have no meaning of their own. */
const DEEPEST = 12;

/** The keys of the front matter in the order of the file; empty if it has none. */
export function keyTree({ document, yaml }: Pick<ReadPrompt, "document" | "yaml">): readonly KeyNode[] {
  return document === null || yaml === null ? [] : nodesOf(document.contents, [], yaml);
}

function nodesOf(node: Node | null, above: readonly string[], yaml: Span): readonly KeyNode[] {
  if (above.length >= DEEPEST) return [];
  if (isMap(node)) {
    return node.items.flatMap(({ key, value }) => {
      const keyNode = key as Node | null;
      const keySpan = spanOf(keyNode, yaml);
      if (!isScalar(keyNode) || keySpan === null) return [];
      const raw = keyNode.value;
      if (typeof raw !== "string" && typeof raw !== "number" && typeof raw !== "boolean") return [];
      return [keyNodeOf(String(raw), keySpan, value as Node | null, above, yaml)];
    });
  }
  if (!isSeq(node)) return [];
  return node.items.flatMap((item, index) => {
    const span = spanOf(item as Node | null, yaml);
    return span === null ? [] : [keyNodeOf(String(index), span, item as Node | null, above, yaml)];
  });
}

function keyNodeOf(
  key: string,
  keySpan: Span,
  value: Node | null,
  above: readonly string[],
  yaml: Span,
): KeyNode {
  const path = [...above, key];
  const valueSpan = spanOf(value, yaml);
  return {
    ...{ path, key, keySpan, valueSpan },
    scalar: isScalar(value) ? wordOf(value.value) : null,
    span: { start: keySpan.start, end: Math.max(keySpan.end, valueSpan?.end ?? 0) },
    children: nodesOf(value, path, yaml),
  };
}

function wordOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** In the whole source; null for a node of no width. */
function spanOf(node: Node | null, yaml: Span): Span | null {
  const range = node?.range;
  if (!range) return null;
  const start = Math.min(yaml.start + range[0], yaml.end);
  const end = Math.min(yaml.start + range[1], yaml.end);
  return end > start ? { start, end } : null;
}

/** All nodes of a tree, parents before children. */
export function* eachKey(nodes: readonly KeyNode[]): Generator<KeyNode> {
  for (const node of nodes) {
    yield node;
    yield* eachKey(node.children);
  }
}

/** A place in the front matter that declares a variable. */
export interface DeclaredAt {
  readonly name: string;
  /** Of the name as written. */
  readonly span: Span;
  readonly node: KeyNode;
}

/** The places in the front matter that declare a variable, in the order of the file. */
export function declarationsOf(nodes: readonly KeyNode[]): readonly DeclaredAt[] {
  return [...eachKey(nodes)].filter(isVariable).map((node) => {
    // `inputs: [{name: title}]`
    const named = node.children.find(({ key }) => key === "name");
    if (
      node.path[0] !== "sample" &&
      /^\d+$/.test(node.key) &&
      named?.scalar != null &&
      named.valueSpan !== null
    )
      return { name: named.scalar, span: named.valueSpan, node };
    return { name: node.key, span: node.keySpan, node };
  });
}

const isVariable = ({ path }: KeyNode): boolean => holdsVariables(path.slice(0, -1));

/** Whether the keys below a path are variables. */
export function holdsVariables([top, second, ...more]: readonly string[]): boolean {
  if (top === "inputSchema") return second === "properties" && more.length === 0;
  return (top === "inputs" || top === "sample") && second === undefined;
}

/** The inputs that a file declares, in either of the places for them. */
export function inputNodes(nodes: readonly KeyNode[]): readonly KeyNode[] {
  return [...eachKey(nodes)].filter((node) => node.path[0] !== "sample" && isVariable(node));
}
