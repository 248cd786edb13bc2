// Text in which nothing is Markdown.

/**
 * Any text as running text of Markdown: every character with a meaning is escaped as a numeric entity.
 * Without it, a name from a file could become a link, or an image that is fetched. VS Code's own
 * MarkdownString.appendText leaves "&lt;" to be read as "<" and turns bare addresses into links.
 */
export function plainMarkdown(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (sign) => `&#${sign.codePointAt(0)!};`);
}
