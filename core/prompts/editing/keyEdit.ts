// Adds a key to a block of the front matter, or changes its value, as an edit of the text: everything else is kept as written.
import { keyTree, type KeyNode } from "./keyTree.ts";
import type { ReadPrompt } from "../parse.ts";
import { lineStartBefore, type Span } from "../positions.ts";

export interface TextChange extends Span {
  readonly newText: string;
}

/**
 * E.g. `group` of `laser`. A missing block is added, and so is the front matter; null if the text is such that
 * the key can't be added without reading more into it than is written.
 * @param value as it is written in YAML
 */
export function keyEdit(
  source: string,
  prompt: ReadPrompt,
  { block, key, value }: { readonly block: string; readonly key: string; readonly value: string },
): TextChange | null {
  const insert = (at: number, newText: string): TextChange => ({ start: at, end: at, newText });
  const { yaml, bodyOffset } = prompt;
  const lineEnd = source.includes("\r\n") ? "\r\n" : "\n";
  const line = `${key}: ${value}`;
  if (yaml === null)
    return bodyOffset >= source.length && source.length > 0
      ? null
      : insert(bodyOffset, ["---", `${block}:`, `  ${line}`, "---", ""].join(lineEnd));
  const found = keyTree(prompt).find((node) => node.key === block);
  if (found === undefined) {
    const before = yaml.end > yaml.start && source[yaml.end - 1] !== "\n" ? lineEnd : "";
    return insert(yaml.end, `${before}${block}:${lineEnd}  ${line}${lineEnd}`);
  }
  const there = found.children.find((node) => node.key === key);
  if (there !== undefined) return changed(there, value);
  const [first] = found.children;
  if (first === undefined)
    return found.valueSpan === null ? insert(found.keySpan.end + 1, `${lineEnd}  ${line}`) : null;
  if (found.valueSpan !== null && source[found.valueSpan.start] === "{")
    return insert(first.span.start, `${line}, `);
  const indent = source.slice(lineStartBefore(source, first.span.start), first.span.start);
  return /^[ \t]*$/.test(indent) ? insert(first.span.start, `${line}${lineEnd}${indent}`) : null;
}

function changed({ keySpan, valueSpan }: KeyNode, value: string): TextChange {
  if (valueSpan !== null) return { ...valueSpan, newText: value };
  return { start: keySpan.end + 1, end: keySpan.end + 1, newText: ` ${value}` };
}
