// The prompt language, feature by feature, asked of the real server over the protocol. ‸ marks the place.
import { FILM, withYaml } from "../../support/process/smallPrompts.ts";
import { languageTable, type LanguageRow } from "../../support/process/languageTable.ts";

const COMPLETION: readonly Omit<LanguageRow, "ask">[] = [
  { name: "top keys", document: withYaml("na‸"), has: ["name", "laser", "sample", "inputs"] },
  {
    name: "not those already present",
    document: withYaml("name: x\n‸"),
    hasNot: ["name"],
    has: ["sample"],
  },
  {
    name: "keys of the laser block",
    document: withYaml("laser:\n  s‸"),
    has: ["strategy", "pool", "relaxed"],
  },
  { name: "of its groups", document: withYaml("laser:\n  relaxed:\n    ‸"), is: ["topK", "minProbability"] },
  {
    name: "strategies",
    document: withYaml("laser:\n  strategy: ‸"),
    is: ["plain", "prompt-lookup", "laser-strict", "laser"],
  },
  {
    name: "keys of the laser block in a flow map, without those that exist",
    document: withYaml("laser: {pool: a.laserpool, ‸}"),
    has: ["group", "strategy"],
    hasNot: ["pool"],
  },
  { name: "truth values", document: withYaml("laser:\n  excludeSubject: ‸"), is: ["true", "false"] },
  { name: "a default number", document: withYaml("laser:\n  maxTokens: ‸"), is: ["256"] },
  {
    name: "parameters, block style",
    document: withYaml("model:\n  parameters:\n    te‸"),
    has: ["temperature"],
  },
  {
    name: "parameters, flow style, without those already present",
    document: withYaml("model:\n  parameters: {max_tokens: 5, ‸}"),
    has: ["temperature"],
    hasNot: ["max_tokens"],
  },
  {
    name: "the second version's options",
    document: withYaml("model:\n  options:\n    max‸"),
    has: ["maxOutputTokens"],
  },
  {
    name: "keys of a named input",
    document: withYaml("inputs:\n  title:\n    d‸"),
    has: ["default", "type"],
  },
  {
    name: "keys of a listed input",
    document: withYaml("inputs:\n  - name: title\n    d‸"),
    has: ["default", "kind"],
  },
  {
    name: "keys of an input in a schema",
    document: withYaml("inputSchema:\n  properties:\n    - name: title\n      d‸"),
    has: ["default", "kind"],
  },
  {
    name: "types of an input",
    document: withYaml("inputs:\n  title:\n    type: ‸"),
    has: ["string", "thread"],
  },
  {
    name: "variables below sample that lack a value",
    document: withYaml("sample:\n  a: 1\n  ‸", "user:\n{{ a }} {{ b }}\n"),
    is: ["b"],
  },
  { name: "nothing in a value of any kind", document: withYaml("name: F‸"), is: [] },
  { name: "variables", document: FILM.replace("{{ reader", "{{ ‸reader"), has: ["reader", "film", "range"] },
  {
    name: "directly after the braces",
    document: withYaml("sample: {a: 1}", "user:\nHi {{‸}}\n"),
    has: ["a"],
  },
  { name: "while the piece is open", document: withYaml("sample: {a: 1}", "user:\nHi {{ ‸\n"), has: ["a"] },
  {
    name: "names set in the template",
    document: withYaml("", "user:\n{% set x = 1 %}{{ ‸ }}\n"),
    has: ["x"],
  },
  {
    name: "parts of a sample value",
    document: FILM.replace("film.title", "film.‸title"),
    is: ["title", "year"],
  },
  {
    name: "parts of a loop's items, those that only some have included",
    document: withYaml(
      "sample: {films: [{title: a}, {year: 1}]}",
      "user:\n{% for film in films %}{{ film.‸ }}{% endfor %}\n",
    ),
    is: ["title", "year"],
  },
  {
    name: "parts in a loop in a loop, filtered and with a condition",
    document: withYaml(
      "sample: {users: [{orders: [{id: 1}]}]}",
      "user:\n{% for u in users | sort if u %}{%- for o in u.orders -%}{{ o.‸ }}{% endfor %}{% endfor %}\n",
    ),
    is: ["id"],
  },
  {
    name: "parts of a name that the template sets",
    document: withYaml("sample: {a: {b: {c: 1}}}", "user:\n{% set x = a.b %}{{ x.‸ }}\n"),
    is: ["c"],
  },
  {
    name: "what a loop says of itself",
    document: withYaml("sample: {a: [1]}", "user:\n{% for x in a %}{{ loop.‸ }}{% endfor %}\n"),
    has: ["index", "last", "cycle"],
  },
  { name: "filters", document: FILM.replace("| upper", "| ‸"), has: ["upper", "tojson"], hasNot: ["reader"] },
  { name: "tests", document: FILM.replace("| upper", "is ‸"), has: ["defined", "none"], hasNot: ["tojson"] },
  { name: "negated tests", document: FILM.replace("| upper", "is not de‸"), has: ["defined"] },
  { name: "statements", document: withYaml("", "user:\n{% ‸ %}\n"), has: ["if", "for", "endif"] },
  { name: "nothing in a text of the template", document: FILM.replace("| upper", "~ 'a ‸b'"), is: [] },
  { name: "nothing in prose", document: FILM.replace("What does", "What ‸does"), is: [] },
  { name: "role lines", document: FILM.replace("user:", "us‸"), has: ["user", "assistant"] },
];

const HOVER: readonly Omit<LanguageRow, "ask">[] = [
  {
    name: "a key of the laser block",
    document: FILM.replace("strategy", "stra‸tegy"),
    has: ["strategy: **laser&#46;strategy**", "How the answer is decoded", "`plain`", 'Default: `"laser"`'],
  },
  {
    name: "a parameter",
    document: withYaml("model:\n  parameters:\n    max_to‸kens: 5"),
    has: ["Maximum number of tokens", "from 1 to"],
  },
  { name: "a plain key", document: FILM.replace("name", "na‸me"), has: ["Name of the prompt"] },
  {
    name: "a variable where it is read",
    document: FILM.replace("{{ reader", "{{ re‸ader"),
    has: ["reader: **reader**", "used once", "Mary"],
  },
  {
    name: "a variable where it is declared",
    document: FILM.replace("  reader", "  re‸ader"),
    has: ["Sample value", "Mary"],
  },
  { name: "one without a value", document: withYaml("", "user:\n{{ x‸ }}\n"), has: ["A value is needed"] },
  {
    name: "a value that looks like the end of its block",
    document: withYaml("sample:\n  a: '```'", "user:\n{{ a‸ }}\n"),
    has: ["````text\n```\n````"],
  },
  { name: "a filter", document: FILM.replace("upper", "up‸per"), has: ["upper: **upper**: filter"] },
  { name: "a test", document: withYaml("", "user:\n{{ a is def‸ined }}\n"), has: ["**defined**: test"] },
  {
    name: "a part of a sample value",
    document: FILM.replace("film.title", "film.ti‸tle"),
    has: ["title: **film&#46;title**", "Emma"],
  },
  {
    name: "the items of a loop",
    document: withYaml("sample: {a: [Mary]}", "user:\n{% for x in a %}{{ ‸x }}{% endfor %}\n"),
    has: ["x: **x**: set in the template", "Mary"],
  },
  {
    name: "a loop",
    document: withYaml("sample: {a: [1]}", "user:\n{% for x in a %}{{ loop.fi‸rst }}{% endfor %}\n"),
    has: ["Whether it is the first item"],
  },
  { name: "nothing in prose", document: FILM.replace("think", "th‸ink"), is: [] },
];

const DIAGNOSTICS: readonly Omit<LanguageRow, "ask">[] = [
  { name: "a sound file", document: FILM, is: [] },
  { name: "YAML", document: withYaml("name: [a"), has: ["yamlInvalid! "] },
  {
    name: "a mistyped key of the laser block",
    document: withYaml("laser:\n  stratgy: laser"),
    is: ['unknownKey 2:stratgy: "stratgy" is not a key of laser that is used here. Did you mean "strategy"?'],
  },
  {
    name: "a value of it",
    document: withYaml("laser:\n  strategy: fast"),
    has: ['wrongValue! 2:fast: "strategy" must be one of plain'],
  },
  {
    name: "a limit of it",
    document: withYaml("laser:\n  relaxed: {topK: 0}"),
    has: ['wrongValue! 2:0: "topK" must be a whole number from 1'],
  },
  {
    name: "snake case is understood",
    document: withYaml("laser:\n  max_tokens: 5\n  guards: {max_nats_given_up: null}"),
    is: [],
  },
  {
    name: "options that change nothing, but not those that would",
    document: withYaml(
      "model:\n  parameters: {stream: true, user: me, frequency_penalty: 0, presence_penalty: 1}\n  options: {additionalProperties: {a: 1}}",
    ),
    is: [
      'unknownKey 2:presence_penalty: "presence_penalty" is not a key of model.parameters that is used here. Remove it, or leave it for other tools.',
    ],
  },
  {
    name: "macros before the first role line, which print nothing there",
    document: withYaml("", "{% macro m(a) -%}\n- {{ a }}\n{%- endmacro %}\nuser:\n{{ m(1) }}\n"),
    is: [],
  },
  {
    name: "undefined and unused variables",
    document: withYaml("sample: {a: 1}", "user:\n{{ b }}\n"),
    has: ["variableUnused 1:a", "variableWithoutValue 4:b"],
  },
  {
    name: "a template error in its place",
    document: FILM.replace("| upper", "| uper"),
    has: [
      'jinjaInvalid! 12:uper: The template has a Jinja error here: there is no filter "uper". Did you mean "upper"?',
    ],
  },
];

const OTHERS: readonly LanguageRow[] = [
  {
    name: "symbols",
    ask: "symbols",
    document: FILM,
    is: [
      "Film",
      "  name = Film",
      "  laser",
      "    strategy = laser",
      "  sample",
      "    reader = Mary",
      "    film",
      "      title = Emma",
      "      year = 1996",
      "system = You know films.",
      "user = What does {{ reader }} think of {{ film.title | upper }}?",
    ],
  },
  { name: "folding", ask: "folding", document: FILM, is: ["0–6", "2–3", "4–6", "8–9", "11–12"] },
  {
    name: "folding of blocks",
    ask: "folding",
    document: withYaml("a: 1", "user:\n{% if a %}\nx\n{% endif %}\n"),
    is: ["0–1", "3–6", "4–6"],
  },
  {
    name: "definition from a use",
    ask: "definition",
    document: FILM.replace("{{ reader", "{{ re‸ader"),
    is: "5:reader",
  },
  {
    name: "definition of an input of a list",
    ask: "definition",
    document: withYaml("inputs:\n  - name: a", "user:\n{{ ‸a }}\n"),
    is: "2:a",
  },
  {
    name: "references",
    ask: "references",
    document: FILM.replace("  reader", "  read‸er"),
    is: ["5:reader", "12:reader"],
  },
  {
    name: "rename",
    ask: "rename who",
    document: FILM.replace("{{ reader", "{{ ‸reader"),
    is: FILM.replace("  reader", "  who").replace("{{ reader", "{{ who"),
  },
  {
    name: "rename of a declaration in quotes",
    ask: "rename b",
    document: withYaml('sample:\n  "a‸": 1', "user:\n{{ a }}\n"),
    is: withYaml('sample:\n  "b": 1', "user:\n{{ b }}\n"),
  },
  {
    name: "rename in a schema of inputs",
    ask: "rename b",
    document: withYaml("inputSchema:\n  properties:\n    - name: a", "user:\n{{ a‸ }}\n"),
    is: withYaml("inputSchema:\n  properties:\n    - name: b", "user:\n{{ b }}\n"),
  },
  {
    name: "rename in inputs and sample",
    ask: "rename b",
    document: withYaml("inputs:\n  a: {type: string}\nsample:\n  a: 1", "user:\n{{ a‸ }}\n"),
    is: withYaml("inputs:\n  b: {type: string}\nsample:\n  b: 1", "user:\n{{ b }}\n"),
  },
  {
    name: "rename to no name",
    ask: "rename a b",
    document: FILM.replace("{{ reader", "{{ ‸reader"),
    has: ['refused: "a b" can\'t be the name'],
  },
  {
    name: "rename to a name in use",
    ask: "rename film",
    document: FILM.replace("{{ reader", "{{ ‸reader"),
    has: ['There is a variable "film" already'],
  },
  {
    name: "semantic tokens",
    ask: "tokens",
    document: withYaml(
      "",
      "user:\n{# c #}{% for x in a.b | sort(reverse=true) if x is not none %}{{ 'y' ~ 2 }}{% endfor %}\n",
    ),
    is: [
      "comment {# c #}",
      "keyword for",
      "variable x",
      "keyword in",
      "variable a",
      "property b",
      "operator |",
      "function sort",
    ].concat([
      "parameter reverse",
      "operator =",
      "keyword true",
      "keyword if",
      "variable x",
      "keyword is",
      "keyword not",
      "method none",
      "string 'y'",
      "operator ~",
      "number 2",
      "keyword endfor",
    ]),
  },
];

languageTable(
  "completion",
  COMPLETION.map((row) => ({ ...row, ask: "completion" })),
);
languageTable(
  "hover",
  HOVER.map((row) => ({ ...row, ask: "hover" })),
);
languageTable(
  "diagnostics",
  DIAGNOSTICS.map((row) => ({ ...row, ask: "diagnostics" })),
);
languageTable("language", OTHERS);

const BOTH = withYaml("nme: x\nlaser:\n  stratgy: laser");
languageTable(
  "beside another extension",
  [
    {
      name: "only the laser block is checked",
      ask: "diagnostics",
      document: BOTH,
      has: ["stratgy"],
      hasNot: ["nme"],
    },
    {
      name: "its keys are completed",
      ask: "completion",
      document: withYaml("laser:\n  ‸"),
      has: ["strategy"],
    },
    { name: "the block itself is offered", ask: "completion", document: withYaml("‸"), is: ["laser"] },
    {
      name: "parameters are not",
      ask: "completion",
      document: withYaml("model:\n  parameters:\n    ‸"),
      is: [],
    },
    {
      name: "variables are not",
      ask: "completion",
      document: withYaml("sample: {a: 1}", "user:\n{{ ‸ }}"),
      is: [],
    },
    {
      name: "its keys are explained",
      ask: "hover",
      document: withYaml("laser:\n  str‸ategy: laser"),
      has: ["How the answer"],
    },
    { name: "others are not", ask: "hover", document: withYaml("na‸me: x"), is: [] },
  ],
  { options: { laserOnly: true } },
);
