// Formatting and quick fixes of the prompt language, asked of the real server: the text that they leave.
import { languageTable, type LanguageRow } from "../../support/process/languageTable.ts";
import { FILM, withYaml } from "../../support/process/smallPrompts.ts";

const EDITS: readonly LanguageRow[] = [
  {
    name: "formatting keeps comments, order and quotes",
    ask: "formatting",
    document: withYaml("# first\nname:   'Film' # why\n\n\n\nsample:\n      b: {x: 1}\n      a:    2"),
    is: withYaml("# first\nname: 'Film' # why\n\nsample:\n  b: { x: 1 }\n  a: 2"),
  },
  {
    name: "formatting leaves a broken front matter",
    ask: "formatting",
    document: withYaml("name: [a"),
    is: withYaml("name: [a"),
  },
  {
    name: "formatting leaves the lines of texts that span several",
    ask: "formatting",
    document: withYaml(
      'name:   x\ndescription: >\n    What the\n    prompt is for.\n\n    And why.\nsample:\n      a: one\n        two\n      b: "one\n        two"\n      c: |\n         one\n         two',
    ),
    is: withYaml(
      'name: x\ndescription: >\n    What the\n    prompt is for.\n\n    And why.\nsample:\n  a: one\n    two\n  b: "one\n    two"\n  c: |\n    one\n    two',
    ),
  },
  {
    name: "formatting again changes nothing",
    ask: "formatting",
    document: withYaml("name: Film\nsample:\n  a: 2"),
    is: withYaml("name: Film\nsample:\n  a: 2"),
  },
  {
    name: "fix of a key",
    ask: "fix 0",
    document: withYaml("laser:\n  stratgy: laser"),
    is: withYaml("laser:\n  strategy: laser"),
  },
  {
    name: "fix of a value",
    ask: "fix 0",
    document: withYaml("laser:\n  strategy: lasr # why"),
    is: withYaml("laser:\n  strategy: laser # why"),
  },
  {
    name: "fix of a value in a flow map",
    ask: "fix 0",
    document: withYaml("laser: {strategy: 'lasr-strict', maxTokens: 5}"),
    is: withYaml("laser: {strategy: laser-strict, maxTokens: 5}"),
  },
  {
    name: "no fix of a value that is near none",
    ask: "fixes",
    document: withYaml("laser:\n  strategy: fast"),
    is: [],
  },
  {
    name: "fix adds to a list of inputs",
    ask: "fix 1",
    document: withYaml("inputs:\n  - name: a\n    default: 1", "user:\n{{ a }} {{ other }}\n"),
    is: withYaml("inputs:\n  - name: other\n  - name: a\n    default: 1", "user:\n{{ a }} {{ other }}\n"),
  },
  {
    name: "fix adds to a map of inputs",
    ask: "fix 1",
    document: withYaml("inputs:\n  a: {default: 1}", "user:\n{{ a }} {{ other }}\n"),
    is: withYaml("inputs:\n  other: {type: string}\n  a: {default: 1}", "user:\n{{ a }} {{ other }}\n"),
  },
  { name: "fix of a filter", ask: "fix 0", document: FILM.replace("| upper", "| uper"), is: FILM },
  {
    name: "fix of a test",
    ask: "fix 0",
    document: withYaml("sample: {a: 1}", "user:\n{{ a is defned }}\n"),
    is: withYaml("sample: {a: 1}", "user:\n{{ a is defined }}\n"),
  },
  {
    name: "fix adds to sample, block style",
    ask: "fix 0",
    document: withYaml("sample:\n  a: 1", "user:\n{{ a }} {{ other }}\n"),
    is: withYaml('sample:\n  other: ""\n  a: 1', "user:\n{{ a }} {{ other }}\n"),
  },
  {
    name: "fix adds to sample, flow style",
    ask: "fix 0",
    document: withYaml("sample: {a: 1}", "user:\n{{ a }} {{ other }}\n"),
    is: withYaml('sample: {other: "", a: 1}', "user:\n{{ a }} {{ other }}\n"),
  },
  {
    name: "fix makes sample",
    ask: "fix 0",
    document: withYaml("name: x", "user:\n{{ b }}\n"),
    is: withYaml('name: x\nsample:\n  b: ""', "user:\n{{ b }}\n"),
  },
  {
    name: "fix makes the front matter",
    ask: "fix 0",
    document: "user:\n{{ b }}\n",
    is: '---\nsample:\n  b: ""\n---\nuser:\n{{ b }}\n',
  },
  {
    name: "a mistyped variable",
    ask: "fixes",
    document: withYaml("sample:\n  reader: Mary", "user:\n{{ raeder }}\n"),
    is: ['Remove "reader"', 'Change to "reader"', 'Add "raeder" to the sample values'],
  },
  {
    name: "fix removes an unused variable",
    ask: "fix 0",
    document: withYaml("name: x\nsample:\n  a: 1 # why\n  b: 2", "user:\n{{ b }}\n"),
    is: withYaml("name: x\nsample:\n  b: 2", "user:\n{{ b }}\n"),
  },
];

languageTable("edits", EDITS);
