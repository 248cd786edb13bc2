// Texts of the front matter that span several lines, such as a description after ">": the formatter of the YAML package would
// join their lines. They are taken out before it writes, and put back as they were written, with the indent of their new place.
import { isScalar, visit, type Document } from "yaml";

interface Kept {
  readonly mark: string;
  readonly text: string;
  /** Of the line that it begins in. */
  readonly indent: number;
}

/**
 * Replaces such texts in the document by marks.
 * @param text what was parsed, with \n as line ends
 * @returns the written document with the texts in place of their marks
 */
export function keepScalars(document: Document, text: string): (written: string) => string {
  const kept: Kept[] = [];
  visit(document, {
    Scalar: (key, node) => {
      const { range, type } = node;
      // The lines of a literal, after "|", are part of its value, and stay anyway.
      if (key === "key" || !range || !isScalar(node) || type === "BLOCK_LITERAL") return;
      const own = text.slice(range[0], range[1]).trimEnd();
      if (!own.includes("\n")) return;
      const mark = `laser_kept_${kept.length}_text`;
      kept.push({ mark, text: own, indent: indentAt(text, range[0]) });
      node.value = mark;
      node.type = "PLAIN";
    },
  });
  return (written) =>
    kept.reduce((whole, { mark, text: own, indent }) => {
      const at = whole.indexOf(mark);
      return at < 0 ? whole : whole.replace(mark, () => moved(own, indentAt(whole, at) - indent));
    }, written);
}

function indentAt(text: string, offset: number): number {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^ */.exec(text.slice(start))![0].length;
}

/** All lines but the first, further to the right; to the left at most up to the margin. */
function moved(text: string, columns: number): string {
  const [first, ...rest] = text.split("\n");
  const lines = rest.map((line) => {
    const blanks = /^ */.exec(line)![0].length;
    return line.trim() === "" ? "" : " ".repeat(Math.max(1, blanks + columns)) + line.slice(blanks);
  });
  return [first, ...lines].join("\n");
}
