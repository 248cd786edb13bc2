// What nunjucks, Liquid and JavaScript write differently, so that a mistake can name Jinja's way. Prompts in nunjucks are
// read as Jinja, since Prompty calls its own Jinja so.
const STATEMENTS: Readonly<Record<string, string>> = {
  elseif: "elif",
  elsif: "elif",
  unless: "if not",
  assign: "set",
  capture: "set",
  switch: "if",
  case: "elif",
  asyncEach: "for",
  asyncAll: "for",
};

const FILTERS: Readonly<Record<string, string>> = {
  dump: "tojson",
  json: "tojson",
  size: "length",
  upcase: "upper",
  downcase: "lower",
  strip: "trim",
  nl2br: 'replace("\\n", "<br />\\n")',
  split: '.split(",")',
};

/** Operators that Jinja spells as words or not at all; the longest first. */
const SIGN = /===|!==|&&|\|\||\?\?|!(?!=)|\?/y;
const SIGNS: Readonly<Record<string, string>> = {
  "===": "==",
  "!==": "!=",
  "&&": "and",
  "||": "or",
  "??": "or",
  "!": "not",
  "?": "A if CONDITION else B",
};

/** By the name of a part that JavaScript's values have and Jinja's don't. */
const PARTS: Readonly<Record<string, string>> = {
  length: "| length",
  size: "| length",
  toUpperCase: ".upper()",
  toLowerCase: ".lower()",
  trim: "| trim",
  includes: "in",
  toFixed: "| round(2)",
  slice: "[1:3]",
  push: "[…] + […]",
  map: "| map(…)",
  filter: "| selectattr(…)",
};

const within = (table: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** Of a statement or filter that doesn't exist; undefined if no other language has it. */
export function insteadOf(what: "statement" | "filter", name: string): string | undefined {
  return within(what === "statement" ? STATEMENTS : FILTERS, name);
}

/** What to write for a part that a value doesn't have, as the end of a reason; empty if it is unknown elsewhere, too. */
export function partHint(name: string): string {
  const instead = within(PARTS, name);
  return instead === undefined ? "" : `: write "${instead}"`;
}

/** An operator of another language at that place in the source. */
export function foreignSign(source: string, at: number): { sign: string; instead: string } | null {
  SIGN.lastIndex = at;
  const sign = SIGN.exec(source)?.[0];
  return sign === undefined ? null : { sign, instead: SIGNS[sign]! };
}
