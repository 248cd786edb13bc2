// Token text made safe to show. The rules are those of trace/, because the editor shows tokens too.
export { oneLineText, spokenText, visibleText } from "../../core/trace/index.ts";
