// Splits a description from the manifest into pieces that can be shown without markup: code, bold text, links
// and setting references. Other Markdown stays as written.
import type { TextPart } from "../shared/settingSchema.ts";

/** Escaped character · `#setting#` · #setting# · `code` · **bold** · [text](https://…) · line break. */
const PIECES =
  /\\([\\`*_#[\](){}<>~!|.+-])|`#([\w.-]+)#`|#([A-Za-z][\w-]*(?:\.[\w-]+)+)#|`([^`\n]+)`|\*\*([^*\n]+)\*\*|\[([^[\]\n]+)\]\((https:\/\/[^\s()]+)\)|(\n\s*)/g;

/** E.g. "See `#a.b#`." → text "See ", setting "a.b", text ".". */
export function markdownParts(markdown: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const found of markdown.matchAll(PIECES)) {
    addText(parts, markdown.slice(end, found.index));
    end = found.index + found[0].length;
    const [, escaped, quotedKey, key, code, bold, text, url, lineBreak] = found;
    const named = quotedKey ?? key;
    if (escaped !== undefined) addText(parts, escaped);
    else if (named !== undefined) parts.push({ kind: "setting", key: named });
    else if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (bold !== undefined) parts.push({ kind: "bold", text: bold });
    else if (text !== undefined && url !== undefined) parts.push({ kind: "link", text, url });
    else if (lineBreak !== undefined) parts.push({ kind: "break" });
  }
  addText(parts, markdown.slice(end));
  return parts;
}

/** Plain text: only its line breaks matter. */
export function plainParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (at > 0) parts.push({ kind: "break" });
    addText(parts, line);
  }
  return parts;
}

function addText(parts: TextPart[], text: string): void {
  if (text === "") return;
  const last = parts.at(-1);
  if (last?.kind === "text") parts[parts.length - 1] = { kind: "text", text: last.text + text };
  else parts.push({ kind: "text", text });
}
