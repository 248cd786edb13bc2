// The report as text: what its policy names, what can't end its elements, and that its colours are those of the editor.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { REPORT_NOTE, REPORT_TRACE_ID, reportHtml } from "../../../../core/inspect/index.ts";
import * as theme from "../../../../core/inspect/exports/reportTheme.ts";
import { repositoryFolder, table } from "../../../support/check.ts";
import { contributedColours } from "../../../support/webview/contributedColours.ts";
import { THEMES } from "../../../support/webview/themes.ts";

const hash = (text: string): string => createHash("sha256").update(text).digest("base64");

function report(parts: Partial<Parameters<typeof reportHtml>[0]> = {}): string {
  return reportHtml({
    title: "Heat",
    script: "go();",
    style: "p{}",
    traceText: "{}",
    plainTraceText: null,
    note: REPORT_NOTE,
    hash,
    ...parts,
  });
}

const between = (html: string, start: string, end: string): string =>
  html.split(start)[1]?.split(end)[0] ?? assert.fail(`no ${start}`);

test("its policy names the hash of the script and of the style as embedded, and nothing else", () => {
  const html = report({
    script: 'go("</script>");\r\n//# sourceMappingURL=trace.js.map\n',
    style: "a{}\r\nb{}\0",
  });
  const script = between(html, '<script type="module">', "</script>");
  const style = between(html, "<style>", "</style>");
  const policy = between(html, 'Content-Security-Policy" content="', '"').replaceAll("&#39;", "'");
  assert.deepEqual(policy.split("; "), [
    "default-src 'none'",
    `script-src 'sha256-${hash(script)}'`,
    `style-src 'sha256-${hash(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  assert.doesNotMatch(html, /[\r\0]|sourceMappingURL|https?:/);
});

table(
  "a text that can't end its element:",
  [
    { name: "</script> in a trace", parts: { traceText: '{"a":"</script><script>alert(1)</script>"}' } },
    { name: "<!-- <script in a trace", parts: { traceText: '{"a":"<!-- <script>"}' } },
    { name: "</script> in a plain trace", parts: { plainTraceText: '{"a":"</SCRIPT >"}' }, blocks: 3 },
    { name: "</script> in the script", parts: { script: 'go("</script>", "<!-- <Script>", /<\\/script/)' } },
    { name: "</style> in the style", parts: { style: 'a::before{content:"</style><script>"}' } },
    { name: "tags in the title", parts: { title: '</title><script>"&' } },
    { name: "tags in the note", parts: { note: "</p><script>" } },
  ],
  ({ parts, blocks = 2 }: { parts: Parameters<typeof report>[0]; blocks?: number }) => {
    const html = report(parts).replace(/<style>.*?<\/style>/s, "<style></style>");
    assert.equal(html.match(/<script/gi)?.length, blocks);
    assert.equal(html.match(/<\/script/gi)?.length, blocks);
  },
);

test("the trace is read back unchanged", () => {
  const value = { text: "</script>\u2028<!--<script>\\u003c & ]]>" };
  const text = JSON.stringify(value);
  const json = between(report({ traceText: text }), `id="${REPORT_TRACE_ID}">`, "</script>");
  assert.deepEqual(JSON.parse(json), value);
});

test("its colours are the editor's, and every variable that the pages use has one where the editor has one", () => {
  const sets = [
    { kind: "light", colours: theme.LIGHT_COLOURS },
    { kind: "dark", colours: theme.DARK_COLOURS },
  ] as const;
  const used = usedVariables();
  assert.ok(used.size > 30, `only ${used.size} variables found`);
  for (const { kind, colours } of sets) {
    const editor: Readonly<Record<string, string>> = { ...THEMES[kind], ...contributedColours(kind) };
    const own: Readonly<Record<string, string>> = { ...theme.FONTS, ...colours };
    for (const [name, value] of Object.entries(own)) assert.equal(value, editor[name], `${kind} ${name}`);
    const missing = [...used].filter((name) => name in editor && !(name in own));
    assert.deepEqual(missing, [], `${kind}: add them to core/inspect/exports/reportTheme.ts`);
  }
  assert.deepEqual(theme.DARK_CONTRAST_COLOURS, contributedColours("high-contrast"));
  assert.deepEqual(theme.LIGHT_CONTRAST_COLOURS, contributedColours("high-contrast-light"));
});

function usedVariables(): Set<string> {
  const folder = path.join(repositoryFolder, "webview");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const texts = files
    .filter((file) => /\.(ts|css)$/.test(file))
    .map((file) => readFileSync(path.join(folder, file), "utf8"));
  return new Set(
    texts.flatMap((text) => Array.from(text.matchAll(/--vscode-([a-zA-Z-]+)/g), ([, name]) => name!)),
  );
}
