// A trace as one self-contained HTML file: the inspector's page, its styles and the trace, under a content
// policy that lets the page load nothing and contact nobody.
import { escapeHtml, documentStart, themeCss } from "./staticPage.ts";
import type { Guards, Rule } from "../../laser/index.ts";

/** Ids of the elements whose text is the trace. */
export const REPORT_TRACE_ID = "laser-trace-data";
const REPORT_PLAIN_TRACE_ID = "laser-plain-trace-data";
const REPORT_STATE_ID = "laser-state-data";

export const REPORT_NOTE =
  "This report contains the prompt and the answer. Treat it as you would treat them.";

export interface ReportParts {
  readonly title: string;
  /** The built page: an ES module without imports, and its style sheet. */
  readonly script: string;
  readonly style: string;
  /** The trace as JSON. */
  readonly traceText: string;
  /** A plain run of the same prompt to compare with, as JSON, or null. */
  readonly plainTraceText: string | null;
  /** The rule that the what-if pane opens with; if omitted, the run's own rule, and another pane is in front. */
  readonly whatIf?: { readonly rule: Rule; readonly guards: Guards } | null;
  /** The note above the page. */
  readonly note: string;
  /** SHA-256 of a text's UTF-8 bytes in base64. */
  readonly hash: (text: string) => string;
}

/** The report as a complete document. */
export function reportHtml(parts: ReportParts): string {
  const { title, traceText, plainTraceText, whatIf = null, note, hash } = parts;
  const script = inlineScript(parts.script);
  const style = inlineStyle(`${themeCss()}\n${parts.style}\n${NOTE_CSS}`);
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash(script)}'`,
    `style-src 'sha256-${hash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  // The page's texts are English, whatever the language of the editor or of the answer.
  return `${documentStart({ title, policy, css: style })}
<header class="report-note">
<p>${escapeHtml(note)}</p>
<noscript><p>This page needs JavaScript. Allow scripts for this file to see it.</p></noscript>
</header>
${dataBlock(REPORT_TRACE_ID, traceText)}
${plainTraceText === null ? "" : dataBlock(REPORT_PLAIN_TRACE_ID, plainTraceText)}
${whatIf === null ? "" : dataBlock(REPORT_STATE_ID, JSON.stringify({ pane: "whatIf", whatIf }))}
<script type="module">${script}</script>
</body>
</html>
`;
}

/** JSON that can't close the element around it: < occurs only in strings, where it may be escaped. */
function dataBlock(id: string, json: string): string {
  return `<script type="application/json" id="${id}">${json.replaceAll("<", "\\u003c")}</script>`;
}

/**
 * A script that is safe inline. Tags in it are escaped, which strings and patterns allow; a built page has tags nowhere
 * else. Its characters are those that HTML parsing leaves unchanged, so that the hash matches. Without a source map.
 */
function inlineScript(script: string): string {
  return asParsed(script)
    .replace(/\n?\/\/# sourceMappingURL=\S*\s*$/, "\n")
    .replace(/<\/(?=script)/gi, "<\\/")
    .replace(/<(?=script)/gi, "\\x3c");
}

function inlineStyle(style: string): string {
  return asParsed(style)
    .replace(/\/\*# sourceMappingURL=[^*]*\*\//g, "")
    .replace(/<\/(?=style)/gi, "<\\/");
}

function asParsed(text: string): string {
  return text.replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd");
}

const NOTE_CSS = `.report-note p{margin:0;}.report-note{padding:6px 16px;color:var(--vscode-foreground);background:var(--vscode-editorWidget-background);border-bottom:1px solid var(--vscode-editorWidget-border);}`;
