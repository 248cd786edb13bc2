// What a command is asked: prompt files, texts and values, each as it reaches the model, or what is said in its place.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describeError } from "../../../../../core/base/index.ts";
import { askedPrompt, type PromptFlags } from "../../../../../server/cli/prompt/askedPrompt.ts";
import { collectSet } from "../../../../../server/cli/prompt/givenValues.ts";
import { setQuiet } from "../../../../../server/cli/terminal/output.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

const LIST = "---\nname: t\n---\nuser:\n{% for d in docs %}[{{ d }}]{% endfor %}\n";
const NUMBER = "---\nname: t\n---\nuser:\n{% if n is string %}text{% else %}{{ n + 1 }}{% endif %}\n";
const TEXT = '---\nname: t\nsample:\n  doc: "{}"\n---\nuser:\n{{ doc }}\n';

interface Row {
  readonly name: string;
  /** null: a folder. */
  readonly prompt?: string | Buffer | null;
  readonly set?: readonly string[];
  readonly values?: string | Buffer;
  readonly flags?: Pick<PromptFlags, "prompt" | "system">;
  /** The messages' texts, the system's marked, or what is said in their place. */
  readonly gives: readonly string[] | RegExp;
}

const rows: Row[] = [
  { name: "a list", prompt: LIST, set: ['docs=["a", "b"]'], gives: ["[a][b]"] },
  { name: "a list by :=", prompt: LIST, set: ['docs:=["a", 2]'], gives: ["[a][2]"] },
  { name: "a number is text", prompt: NUMBER, set: ["n=1"], gives: ["text"] },
  { name: "a number by :=", prompt: NUMBER, set: ["n:=1"], gives: ["2"] },
  {
    name: "JSON for a variable whose sample is a text",
    prompt: TEXT,
    set: ['doc={"b":  1}'],
    gives: ['{"b":  1}'],
  },
  {
    name: "brackets that are not JSON",
    prompt: TEXT.replace('sample:\n  doc: "{}"\n', ""),
    set: ["doc=[draft] =x"],
    gives: ["[draft] =x"],
  },
  {
    name: "no JSON after :=",
    prompt: LIST,
    set: ["docs:=[a"],
    gives: /--set docs:=\[a: what follows := must be JSON/,
  },
  { name: "no name", prompt: LIST, set: ["=x"], gives: /name=value/ },
  { name: "values in JSON", prompt: LIST, values: '{"docs": ["x"], "more": 1}', gives: ["[x]"] },
  { name: "packed values", prompt: LIST, values: gzipSync('{"docs": ["x"]}'), gives: ["[x]"] },
  {
    name: "values in YAML",
    prompt: LIST,
    values: "docs:\n  - x\n  - 2024-01-01\n",
    gives: ["[x][2024-01-01]"],
  },
  { name: "the first of a list", prompt: LIST, values: '[{"docs": ["x"]}, {"docs": ["y"]}]', gives: ["[x]"] },
  {
    name: "the first of JSON lines",
    prompt: LIST,
    values: '{"docs": ["x"]}\n{"docs": ["y"]}\n',
    gives: ["[x]"],
  },
  { name: "--set over the file", prompt: LIST, set: ["docs=[1]"], values: '{"docs": ["x"]}', gives: ["[1]"] },
  { name: "not values", prompt: LIST, values: "[1, 2]", gives: /contains no object/ },
  { name: "values that are broken", prompt: LIST, values: '{"docs": [', gives: /can't be used/ },
  {
    name: "values in Latin-1",
    prompt: LIST,
    values: Buffer.from("docs: [\u00e9]", "latin1"),
    gives: /Line 1 .*UTF-8/,
  },
  { name: "a text", flags: { prompt: "  say {{ hi }}\n" }, gives: ["say {{ hi }}"] },
  {
    name: "a text with a system message",
    flags: { prompt: "hi", system: "Be nice." },
    gives: ["system: Be nice.", "hi"],
  },
  { name: "values for a text", flags: { prompt: "hi" }, set: ["a=1"], gives: /no variables/ },
  { name: "a text and a file", prompt: LIST, flags: { prompt: "hi" }, gives: /give one of them/ },
  {
    name: "a system message for a file",
    prompt: LIST,
    flags: { system: "x" },
    gives: /its own system message/,
  },
  { name: "nothing", gives: /no prompt to answer/ },
  { name: "a folder", prompt: null, gives: /it is a folder/ },
  { name: "an empty text", flags: { prompt: " " }, gives: /no prompt to answer/ },
  { name: "a file in Latin-1", prompt: Buffer.from("user:\ncaf\u00e9", "latin1"), gives: /[Ll]ine 2/ },
];
table("asked", rows, async ({ prompt, set = [], values, flags = {}, gives }, context) => {
  const folder = temporaryFolder(context);
  const file = (name: string, content: string | Buffer | undefined): string | undefined => {
    if (content === undefined) return undefined;
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const promptPath = prompt === null ? folder : file("a.prompty", prompt);
  const valuesPath = file("values", values);
  setQuiet(true);
  context.onTestFinished(() => {
    setQuiet(false);
  });
  const ask = async () =>
    askedPrompt(promptPath, {
      ...flags,
      set: set.reduce<PromptFlags["set"]>((before, given) => collectSet(given, before), {}),
      ...(valuesPath !== undefined && { values: valuesPath }),
    });
  if (gives instanceof RegExp)
    await ask().then(
      ({ messages }) => {
        assert.match(messages.map(({ content }) => content).join("\n"), gives);
      },
      (error: unknown) => {
        assert.match(describeError(error).message, gives);
      },
    );
  else {
    const { messages } = await ask();
    const texts = messages.map(({ role, content }) => (role === "user" ? content : `${role}: ${content}`));
    assert.deepEqual(texts, gives);
  }
});
