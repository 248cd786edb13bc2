// Text of any kind in the Markdown and the notifications of the editor.

/** For a notification, where the editor makes "[text](command:…)" a link that runs a command. */
export function noticeText(text: string): string {
  return text.replaceAll("](", "] (");
}

/** As a code span: one line of text, in the editor's own font. */
export function codeMarkdown(text: string): string {
  if (text === "") return "";
  const fences = text.match(/`+/g) ?? [];
  const fence = "`".repeat(1 + Math.max(0, ...fences.map(({ length }) => length)));
  // Markdown strips one space from both ends if both are there.
  return `${fence} ${text.replace(/\s/g, " ")} ${fence}`;
}
