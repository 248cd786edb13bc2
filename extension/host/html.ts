// The HTML of a webview: one script, one style sheet, and a policy that allows nothing else.
import { TRANSLATIONS_ID, type Translations } from "../../core/base/index.ts";

export interface PageParts {
  readonly title: string;
  /** The value of `webview.cspSource`: where the editor serves files from. */
  readonly cspSource: string;
  /** Unguessable and new for every page. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** The editor's language, e.g. "de", and the texts in it; English if omitted. */
  readonly language?: { readonly code: string; readonly translations: Translations };
}

/** The policy: scripts by nonce only, styles and fonts from the extension, nothing from elsewhere. */
export function contentSecurityPolicy(cspSource: string, nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // The toolkit's focus probe adds a style element with the nonce of the csp-nonce meta element.
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

export function pageHtml({ title, cspSource, nonce, scriptUri, styleUri, language }: PageParts): string {
  const policy = contentSecurityPolicy(cspSource, nonce);
  // Screen readers read the page in the language of its texts, which is English where the editor's is not translated.
  return `<!doctype html>
<html lang="${escapeHtml(language?.code ?? "en")}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta property="csp-nonce" content="${escapeHtml(nonce)}">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${escapeHtml(styleUri)}">
</head>
<body>
${language === undefined ? "" : dataElement(nonce, language.translations)}<script nonce="${escapeHtml(nonce)}" type="module" src="${escapeHtml(scriptUri)}"></script>
</body>
</html>
`;
}

/** Data, which no browser runs; no text in it can end the element. */
function dataElement(nonce: string, translations: Translations): string {
  const json = JSON.stringify(translations).replaceAll("<", "\\u003c");
  return `<script nonce="${escapeHtml(nonce)}" type="application/json" id="${TRANSLATIONS_ID}">${json}</script>\n`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
