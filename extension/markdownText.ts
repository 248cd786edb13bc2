// Any text as Markdown that shows just that text. MarkdownString.appendText is not enough for text of others: it leaves
// "&lt;" to be read as "<" and makes links of bare addresses. Pure; it must not know what the text is.

/** As running text: every sign that could mean something is written by its number. */
export function plainMarkdown(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (sign) => `&#${sign.codePointAt(0)!};`);
}

/** For a notice, in which the editor makes links of "[text](command:…)", and runs the command: none is left. */
export function noticeText(text: string): string {
  return text.replaceAll("](", "] (");
}

/** As a code span: one line of text, in the editor's own font. */
export function codeMarkdown(text: string): string {
  if (text === "") return "";
  const fences = text.match(/`+/g) ?? [];
  const fence = "`".repeat(1 + Math.max(0, ...fences.map(({ length }) => length)));
  // One space on each side is taken off again, where both are there.
  return `${fence} ${text.replace(/\s/g, " ")} ${fence}`;
}
