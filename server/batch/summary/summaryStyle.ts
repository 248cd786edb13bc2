// The style sheet of the summary, on the theme variables of the report.
export const SUMMARY_CSS = `
body { margin: 0; color: var(--vscode-foreground); background: var(--vscode-editor-background); font: 13px/1.45 var(--vscode-font-family); }
main { max-width: 60rem; margin: 0 auto; padding: 16px; }
h1 { font-size: 20px; margin: 0 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 24px 0 8px; }
p { margin: 4px 0; }
.note { padding: 6px 10px; background: var(--vscode-editorWidget-background); border: 1px solid var(--vscode-editorWidget-border); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 3px 10px 3px 0; border-bottom: 1px solid var(--vscode-panel-border); overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; }
td:nth-child(2) { min-width: 8rem; }
figure { margin: 12px 0; overflow-x: auto; }
figcaption { color: var(--vscode-descriptionForeground); }
svg { max-width: 100%; height: auto; }
svg text { font: 11px var(--vscode-font-family); fill: var(--vscode-descriptionForeground); }
.grid { stroke: var(--vscode-panel-border); }
.overall { stroke: var(--vscode-descriptionForeground); stroke-dasharray: 4 3; }
.run { fill: none; stroke: var(--vscode-charts-blue); stroke-width: 2; }
details { margin: 4px 0; }
summary { cursor: pointer; }
blockquote { margin: 4px 0 8px 16px; white-space: pre-wrap; overflow-wrap: anywhere; }
`;
