// Token text as it may be shown, by its name among the pages. The rules are the trace's own: the editor shows tokens, too.
export { oneLineText, spokenText, visibleText } from "../server/trace/index.ts";
