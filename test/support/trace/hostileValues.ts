// Values that have broken readers before: texts that want to be markup, control or keys, and numbers at the edges of
// what JSON and a double can say. Data.

/** A number as it is written, for what JSON.stringify can't write: 1e400 reads as Infinity, -0 as −0. */
export interface Literal {
  readonly literal: string;
}

/** None holds a word that a figure gone wrong would show, such as NaN. */
export const HOSTILE_TEXTS: readonly string[] = [
  "",
  " ",
  "\n",
  "a\r\nEDL 99.00 tokens/step",
  "<script>document.title=1</script>",
  "</script><script>document.title=2</script><!--",
  '<img src=x onerror="document.title=3">',
  "](command:workbench.action.quit) `` ** $(zap) &lt;b&gt;",
  "=cmd|' /C calc'!A0",
  "\u202egnp.exe\u202c",
  "\u2066isolated",
  "\ufeffmark",
  "\0nul\u001b[31m\u0007",
  "\ud83d half",
  "half \ude00",
  "\ufdd0\ufdd1",
  "e\u0301\u0301\u0301\u0301",
  "👩‍👩‍👧‍👦🏳️‍🌈",
  "עברית and عربى",
  "\u2028line\u2029paragraph",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "../../etc/passwd",
  "C:\\windows\\win.ini",
  "%00%2e%2e%2f",
  "{{user}} {% for %}",
  "x".repeat(5000),
  "<b>".repeat(400),
];

export const EDGE_NUMBERS: readonly (number | Literal)[] = [
  0,
  1,
  -1,
  2,
  0.5,
  1.5,
  0.1 + 0.2,
  1 - 2 ** -53,
  1 + 2 ** -52,
  1e-9,
  5e-324,
  -5e-324,
  1e-300,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  1e15,
  1e21,
  1e100,
  1e300,
  -1e300,
  Number.MAX_VALUE,
  { literal: "-0" },
  { literal: "1e400" },
  { literal: "-1e400" },
  { literal: "1E+2" },
  { literal: "0.1e1" },
  { literal: "10000000000000000000000000000000000000001" },
];

/** Keys that a careless reader takes from a prototype, and some that look like numbers. */
export const HOSTILE_KEYS: readonly string[] = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "length",
  "then",
  "toJSON",
  "",
  "-1",
  "01",
  "1e+21",
  "4294967295",
  "<script>",
  "~0/1",
];

const PREFIX = "\u0001literal ";

/** Writes JSON in which literals are kept unchanged. @param indent as JSON.stringify takes it */
export function stringifyHostile(value: unknown, indent?: number | string): string {
  const text = JSON.stringify(
    value,
    (_, item: unknown) => (isLiteral(item) ? PREFIX + item.literal : item),
    indent,
  );
  return text.replace(/"\\u0001literal ([^"]*)"/g, "$1");
}

function isLiteral(value: unknown): value is Literal {
  return (
    typeof value === "object" && value !== null && "literal" in value && typeof value.literal === "string"
  );
}
