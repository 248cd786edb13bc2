// A page that needs no script: text, tables and drawings with the report's colours, under a content policy that lets it
// load nothing and run nothing.
import { oneLineText } from "../../trace/index.ts";
import {
  DARK_COLOURS,
  DARK_CONTRAST_COLOURS,
  FONTS,
  FORCED_COLOURS,
  LIGHT_COLOURS,
  LIGHT_CONTRAST_COLOURS,
  type Colours,
} from "./reportTheme.ts";

export interface StaticPage {
  readonly title: string;
  /** Without the theme's variables, which come first. */
  readonly style: string;
  /** HTML whose texts are escaped. */
  readonly body: string;
  /** SHA-256 of a text's UTF-8 bytes in base64. */
  readonly hash: (text: string) => string;
}

/** The page as a complete document. */
export function staticPageHtml({ title, style, body, hash }: StaticPage): string {
  const css = `${themeCss()}\n${style}`;
  const policy = `default-src 'none'; style-src 'sha256-${hash(css)}'; base-uri 'none'; form-action 'none'`;
  return `${documentStart({ title, policy, css })}
${body}
</body>
</html>
`;
}

/** A document up to its body. @param page `css` holds nothing that would end its element */
export function documentStart(page: {
  readonly title: string;
  readonly policy: string;
  readonly css: string;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(page.policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(oneLineText(page.title))}</title>
<style>${page.css}</style>
</head>
<body>`;
}

/** Light unless the reader's system is dark; the system's own colours if it forces them. */
export function themeCss(): string {
  const forced = { ...FORCED_COLOURS, ...LIGHT_CONTRAST_COLOURS };
  return [
    `:root{color-scheme:light dark;${declarations({ ...FONTS, ...LIGHT_COLOURS })}}`,
    `@media (prefers-color-scheme:dark){:root{${declarations(DARK_COLOURS)}}}`,
    `@media (forced-colors:active){:root{${declarations(forced)}}}`,
    `@media (forced-colors:active) and (prefers-color-scheme:dark){:root{${declarations(DARK_CONTRAST_COLOURS)}}}`,
    "html{background:var(--vscode-editor-background);}",
  ].join("\n");
}

function declarations(values: Colours): string {
  return Object.entries(values)
    .map(([name, value]) => `--vscode-${name}:${value};`)
    .join("");
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
