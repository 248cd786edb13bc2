// The grammar of prompt files: it must find front matter and role lines where the parser does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { parsePrompty } from "../../../core/prompts/index.ts";
import { ANSWER_LANGUAGE } from "../../../extension/host/catalogue.ts";
import { repositoryFolder, table } from "../../support/check.ts";

interface Rule {
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly patterns?: readonly Rule[];
}
interface Grammar {
  readonly scopeName: string;
  readonly patterns: readonly Rule[];
  readonly injections: Readonly<Record<string, Rule>>;
  readonly repository: Readonly<Record<string, Rule>>;
}

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(repositoryFolder, file), "utf8"));
const grammar = read("extension/prompty.grammar.json") as Grammar;

/** The pattern as JavaScript has it: `(?i:…)` and `\A` are Oniguruma's. */
const pattern = (source: string): RegExp =>
  new RegExp(source.replace(/\(\?i:([^)]*)\)/g, "(?:$1)").replace("\\A", "(?<![^])"), "imu");

const role = pattern(grammar.repository.roleLine?.match ?? "");

table(
  "role line",
  [
    "user:",
    "  System:  ",
    "# assistant:",
    'user[name="x"]:',
    "tool:",
    "user: hello",
    "The user:",
    "users:",
    "user",
    "{{ user }}:",
  ].map((line) => ({ name: line, line })),
  ({ line }) => {
    const { sections, problems } = parsePrompty(`Text.\n${line}\nText.\n`);
    const isRole =
      sections.some(({ roleLine }) => roleLine !== null) ||
      problems.some(({ code }) => code === "roleUnsupported");
    assert.equal(role.test(line), isRole);
  },
);

const begin = pattern(grammar.repository.frontMatter?.begin ?? "");

table(
  "front matter",
  ["---\nname: x\n---\n", "+++\nname: x\n+++\n", "text\n---\nname: x\n---\n", "----\n"].map((source) => ({
    name: JSON.stringify(source),
    source,
  })),
  ({ source }) => {
    assert.equal(begin.test(source), parsePrompty(`${source}user:\nx\n`).meta.name === "x");
  },
);

test("every rule that is included exists, and the manifest names the grammar", () => {
  const visit = (rule: Rule): void => {
    if (rule.include?.startsWith("#") === true)
      assert.ok(rule.include.slice(1) in grammar.repository, rule.include);
    rule.patterns?.forEach(visit);
  };
  [...grammar.patterns, ...Object.values(grammar.injections), ...Object.values(grammar.repository)].forEach(
    visit,
  );
  const { contributes } = read("package.json") as {
    contributes: {
      grammars: readonly { language: string; scopeName: string; path: string }[];
      configurationDefaults: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
  };
  const [own, ofAnswers, ...others] = contributes.grammars;
  assert.deepEqual(
    [own?.language, own?.scopeName, own?.path, others],
    ["prompty", grammar.scopeName, "./extension/prompty.grammar.json", []],
  );
  const answers = read(ofAnswers?.path ?? "") as { readonly scopeName: string };
  assert.deepEqual([ofAnswers?.language, ofAnswers?.scopeName], [ANSWER_LANGUAGE, answers.scopeName]);
  // A bracket that is not closed yet would be red, as a rejected token is.
  const defaults = contributes.configurationDefaults[`[${ANSWER_LANGUAGE}]`];
  assert.equal(defaults?.["editor.bracketPairColorization.enabled"], false);
});
