// Whatever other people's texts hold, no control character of theirs reaches the terminal: each place through which a
// foreign text can come, through the command itself.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { serialiseTrace } from "../../../../core/trace/index.ts";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { writePoolFile } from "../../../../server/pools/index.ts";
import { storedPool } from "../../../../server/worker/index.ts";
import { table, temporaryFolder } from "../../../support/check.ts";
import { laserHere } from "../../../support/process/laserHere.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

/** Clears the screen, colours, names the window, by C1, hidden by DEL and backspaces, turned round. */
const EVIL = "a\u001b[2J\u001b[31m\u001b]0;x\u0007\u009b2J\u007f\b\r\u202eb\u2066";
// eslint-disable-next-line no-control-regex -- control characters are the point
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

type Place = (folder: string) => readonly string[] | Promise<readonly string[]>;

const write = (folder: string, name: string, content: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};

const evilPool = async (folder: string): Promise<string> => {
  const engine = createScriptedEngine({ answers: [{ text: "x" }] });
  const stored = storedPool([{ id: EVIL, group: EVIL, text: EVIL }], engine, 1);
  const file = path.join(folder, "evil.laserpool");
  await writePoolFile(file, { ...stored, tokenizer: { fingerprint: EVIL, model: EVIL } });
  return file;
};

const prompt = (folder: string, content: string) => ["generate", write(folder, "a.prompty", content)];

/** Each prints something of the evil text, or of what a parser says of it. */
const PLACES: Readonly<Record<string, Place>> = {
  "a line of answers that is not JSON": (folder) => [
    "pool", "build", write(folder, "p.jsonl", `${EVIL}{"id":1}\n`), "--out", path.join(folder, "out"),
  ],
  "a key of answers": (folder) => [
    "pool", "build", write(folder, "p.jsonl", JSON.stringify({ [EVIL]: 1 })), "--out", path.join(folder, "out"),
  ],
  "group, tokenizer and model of a pool file": async (folder) => ["pool", "info", await evilPool(folder)],
  "the same as JSON": async (folder) => ["pool", "info", await evilPool(folder), "--json"],
  "a key to forget": async (folder) => ["pool", "forget", EVIL, await evilPool(folder)],
  "the path of a pool": (folder) => ["pool", "info", path.join(folder, EVIL)],
  "front matter": (folder) => prompt(folder, `---\ntemplate: "\\e[2J\\x9b31m\u009b"\n---\nuser:\nhi\n`),
  "a bad key of front matter": (folder) => prompt(folder, `---\n"k${EVIL}: 1\n---\nuser:\nhi\n`),
  "an error that a template raises": (folder) =>
    prompt(folder, `---\nname: a\n---\nuser:\n{{ raise_exception("${EVIL.replace("\r", "")}") }}\n`),
  "a filter of a template": (folder) => prompt(folder, `---\nname: a\n---\nuser:\n{{ x | f${EVIL} }}\n`),
  "a variable without a value": (folder) => prompt(folder, "---\nname: a\n---\nuser:\n{{ x }}\n"),
  "an unknown variable": (folder) => [...prompt(folder, "user:\nhi\n"), "--set", `${EVIL}=1`],
  "the path of a prompt": (folder) => ["generate", path.join(folder, `${EVIL}.prompty`)],
  "a folder as a prompt": (folder) => {
    mkdirSync(path.join(folder, `${EVIL}.d`));
    return ["generate", path.join(folder, `${EVIL}.d`)];
  },
  "a model's path": (folder) => [
    ...prompt(folder, "user:\nhi\n"), "--model", path.join(folder, `${EVIL}.gguf`), "--gpu", "off",
  ],
  "a trace's texts": (folder) => {
    const trace = randomTrace(3, 2);
    const evil = { ...trace, generator: EVIL, model: { ...trace.model, name: EVIL, file: EVIL } };
    return ["inspect", write(folder, "t.lasertrace", serialiseTrace(evil))];
  },
  "the same as a JSON object": (folder) => {
    const trace = randomTrace(3, 2);
    const evil = { ...trace, generator: EVIL, model: { ...trace.model, name: EVIL } };
    return ["inspect", write(folder, "t.lasertrace", serialiseTrace(evil)), "--json"];
  },
  "a trace that is not JSON": (folder) => ["inspect", write(folder, "t.lasertrace", `${EVIL}{`)],
  "a bad value in a trace": (folder) => [
    "inspect", write(folder, "t.lasertrace", serialiseTrace({ ...randomTrace(3, 2), format: EVIL } as never)),
  ],
  "a file that inspect writes": (folder) => [
    "inspect", write(folder, "t.lasertrace", serialiseTrace(randomTrace(3, 2))), "--csv", path.join(folder, `${EVIL}.csv`),
  ],
  "a filter": (folder) => ["inspect", folder, "--filter", `@${EVIL}:x`],
  "an unknown command": () => [EVIL],
  "an unknown option": () => ["generate", "x", `--${EVIL}`],
  "a bad value of an option": () => ["generate", "x", "--seed", EVIL],
  "a model to fetch": () => ["models", "fetch", EVIL],
  "a source to fetch from": () => ["models", "fetch", "--source", EVIL],
  "a back end to install": () => ["devices", "--install", EVIL],
  "recorded answers": (folder) => ["replay", write(folder, "r.jsonl", `${EVIL}\n`), "--pool", "1"],
  "prompts of a benchmark": (folder) => ["bench", "--prompts", write(folder, "p.jsonl", `${EVIL}\n`)],
}; // prettier-ignore

table(
  "no control character of it reaches the terminal",
  Object.entries(PLACES).map(([name, place]) => ({ name, place })),
  async ({ place }, context) => {
    const { stdout, stderr } = await laserHere(...(await place(temporaryFolder(context))));
    assert.ok(`${stdout}${stderr}`.length > 0, "nothing was printed");
    assert.doesNotMatch(stdout, OBEYED);
    assert.doesNotMatch(stderr, OBEYED);
  },
);

test("JSON on stdout holds the very texts", async (context) => {
  const { stdout } = await laserHere("pool", "info", await evilPool(temporaryFolder(context)), "--json");
  assert.equal((JSON.parse(stdout) as { model: string }).model, EVIL);
});
