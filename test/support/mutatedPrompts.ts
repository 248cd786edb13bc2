// Prompt files with mistakes of all kinds: sound ones with parts taken out, moved, doubled and replaced. The same seed gives the
// same file.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "./check.ts";
import { seededRandom } from "./random.ts";

const OWN = [
  `---
name: Taste
description: "What a reader likes"
model:
  api: chat
  parameters: {max_tokens: 64, temperature: 0.5, stop: ["\\n", end]}
laser:
  strategy: laser
  relaxed: {topK: 3, minProbability: 0.05}
  guards:
    maxNatsGivenUp: null
  pool: films.laserpool
inputs:
  title: {type: string, default: Emma}
  year:
    kind: integer
    default: 1815
sample: &values
  reader: "Mary"
  films:
    - {title: Emma, year: 1996}
    - *values
---
system:
You recommend {# books #} books.
{% if reader is defined and films | length > 1 %}
{% for film in films if film.year is not none %}- {{ film.title | upper | replace("E", 'e') }}{% endfor %}
{% endif %}
{% set x = {"a": [1, 2.5e3], "b": (1,)} %}{% raw %}{{ no }}{% endraw %}
user[name="x"]:
What would {{reader}} think of {{ title ~ "," ~ year }} {{ x.a[0] if x else none }}?
`,
  `---
name: v2
model:
  id: m
  options:
    maxOutputTokens: 5
inputs:
  - name: a
    kind: string
    default: |
      two
      lines
outputs:
  - name: o
    kind: string
template:
  format: {kind: jinja2}
---
{% macro m(b, c=1) %}{{ b }}{% endmacro %}{% call(q) m(a) %}{{ q }}{% endcall %}
{{ a | default("x", true) | tojson(indent=2) }}{%- with y = 1 -%}{{ y }}{%- endwith -%}
`,
];
const BITS = [
  "{{",
  "}}",
  "{%",
  "%}",
  "{#",
  "#}",
  "---",
  "+++",
  "\n",
  "\r\n",
  "\r",
  ":",
  ": ",
  "user:",
  '"',
  "'",
  "[",
].concat(
  ["]", "{", "}", "&a", "*a", "- ", "\t", "|", "|-", ">", "#", "<<: *a", "!!map", "!!binary", "? "],
  [
    "\0",
    "\ud800",
    "\ufeff",
    "é",
    "🙂",
    "\u2028",
    "endif",
    "if",
    "for x in",
    "is",
    "not",
    ".",
    "|",
    "  ",
    "\\",
    "%",
    "@",
    "`",
    "null",
    "~",
    "0x",
    "1e999",
  ],
);

/** Sound files: those above and the samples. */
export function soundPrompts(): readonly string[] {
  const folder = path.join(repositoryFolder, "samples");
  const samples = readdirSync(folder).filter((name) => name.endsWith(".prompty"));
  return [...OWN, ...samples.map((name) => readFileSync(path.join(folder, name), "utf8"))];
}

/** A sound file after one to eight changes. */
export function mutatedPrompt(sound: readonly string[], seed: number): string {
  const random = seededRandom(seed);
  let text = random.pick(sound);
  for (let change = random.below(8); change >= 0; change--) {
    const at = random.below(text.length + 1);
    const length = random.below(random.below(4) === 0 ? 80 : 6);
    const kind = random.below(5);
    const part = text.slice(at, at + length);
    const to = random.below(text.length + 1);
    if (kind === 0) text = text.slice(0, at) + text.slice(at + length);
    else if (kind === 1) text = text.slice(0, at) + random.pick(BITS) + text.slice(at);
    else if (kind === 2) text = text.slice(0, at) + random.pick(BITS) + text.slice(at + length);
    else if (kind === 3) text = text.slice(0, to) + part + text.slice(to);
    else {
      const other = random.pick(sound);
      const from = random.below(other.length);
      text = text.slice(0, at) + other.slice(from, from + 40) + text.slice(at);
    }
  }
  return text;
}
