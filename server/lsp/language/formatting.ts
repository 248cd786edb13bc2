// Formats the front matter: indents, blanks around punctuation, one blank line at most. Comments, order, quotes and every value
// stay; where one would change, nothing is touched.
import { isDeepStrictEqual } from "node:util";
import type { TextEdit } from "vscode-languageserver/node";
import { parseDocument, type Document } from "yaml";
import { keepScalars } from "./keptScalars.ts";
import type { PromptDocument } from "./promptDocument.ts";

const OPTIONS = { uniqueKeys: false, prettyErrors: false } as const;

/** @param indent blanks a level */
export function formatting(document: PromptDocument, indent: number): TextEdit[] {
  const { yaml, document: parsed } = document.prompt;
  if (yaml === null || parsed === null || parsed.errors.length > 0) return [];
  const before = document.text.slice(yaml.start, yaml.end);
  const after = formatted(before, Math.min(Math.max(Math.round(indent), 2), 8));
  return after === null || after === before ? [] : [{ range: document.rangeOf(yaml), newText: after }];
}

/** The YAML in its usual layout, or null if that would change what it says. */
export function formatted(text: string, indent: number): string | null {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  try {
    const lines = text.replace(/\r\n?/g, "\n");
    const parsed = parseDocument(lines, OPTIONS);
    if (parsed.errors.length > 0 || parsed.contents === null) return null;
    const before = valuesOf(parsed);
    const putBack = keepScalars(parsed, lines);
    const laidOut = parsed.toString({
      indent,
      lineWidth: 0,
      flowCollectionPadding: true,
      ...{ minContentWidth: 0 },
    });
    const written = putBack(laidOut);
    const again = parseDocument(written, OPTIONS);
    const isSame = isDeepStrictEqual(before, valuesOf(again)) && comments(text) === comments(written);
    // A line such as `---` would end the front matter.
    if (!isSame || /^(?:---|\+\+\+)/m.test(written)) return null;
    return written.replace(/\n/g, lineEnd);
  } catch {
    return null; // Such as aliases of aliases without an end.
  }
}

function valuesOf(document: Document): unknown {
  // As maps: a key that is a map itself would become a text, with a warning on stderr.
  return document.toJS({ maxAliasCount: 100, mapAsMap: true }) as unknown;
}

/** The comments, without the blanks before them. */
function comments(text: string): string {
  return [...text.matchAll(/(?:^|[ \t])(#[^\n]*)/gm)].map(([, comment]) => comment!.trimEnd()).join("\n");
}
