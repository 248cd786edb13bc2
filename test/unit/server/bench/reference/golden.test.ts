// The reference index against results of the published code, and the program that runs such scripts.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { replay } from "../../../../../scripts/golden/replay.ts";
import { runGolden } from "../../../../../scripts/golden/run.ts";
import { readScript, ScriptProblem } from "../../../../../scripts/golden/script.ts";
import { repositoryFolder, table, temporaryFolder } from "../../../../support/check.ts";

const folder = path.join(repositoryFolder, "test", "fixtures", "golden");
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));

table(
  "the published trie",
  files.map((name) => ({ name })),
  ({ name }) => {
    const { checked, failures } = replay(readScript(readFileSync(path.join(folder, name), "utf8")));
    assert.deepEqual(failures, []);
    assert.ok(checked > 1);
  },
);

const parameters = {
  name: "made up",
  decodingLength: 8,
  branchLength: 2,
  maxNode: 512,
  maxOutputNode: 256,
  stopTokens: [],
  eosTokens: [2],
  minOutputSize: 4,
  outputWeight: 1e-4,
};
const get = { op: "get", query: [5, 6], ids: [6, 7], parents: [-1, 0] };
const script = (change: object = {}, ops: object[] = [{ op: "putOutput", tokens: [5, 6, 7] }, get]) =>
  JSON.stringify({ ...parameters, ops, ...change });

table(
  "a script is refused:",
  [
    { name: "unknown parameter", text: script({ mode: "mix" }), names: 'unknown parameter "mode"' },
    { name: "missing parameter", text: script({ maxNode: undefined }), names: '"maxNode" must be' },
    { name: "fraction", text: script({ branchLength: 1.5 }), names: '"branchLength" must be' },
    { name: "negative", text: script({ minOutputSize: -1 }), names: '"minOutputSize" must be' },
    { name: "weight above 1", text: script({ outputWeight: 2 }), names: '"outputWeight" must be' },
    { name: "stop tokens as words", text: script({ stopTokens: ["."] }), names: '"stopTokens" must contain' },
    { name: "no operations", text: script({}, []), names: '"ops" must be' },
    {
      name: "unknown operation",
      text: script({}, [{ op: "putAll" }]),
      names: 'operation 1: "op" is "putAll"',
    },
    {
      name: "inherited name",
      text: script({}, [{ op: "toString" }]),
      names: 'operation 1: "op" is "toString"',
    },
    { name: "unknown field", text: script({}, [{ ...get, mode: "one" }]), names: 'unknown field "mode"' },
    {
      name: "no result",
      text: script({}, [{ ...get, ids: undefined }]),
      names: 'operation 1: "ids" must be',
    },
    { name: "empty query", text: script({}, [{ ...get, query: [] }]), names: '"query" must not be empty' },
    { name: "no JSON", text: "{", names: "not JSON" },
    { name: "a list", text: "[]", names: "the file must be an object" },
  ],
  ({ text, names }) => {
    assert.throws(
      () => readScript(text),
      (error) => error instanceof ScriptProblem && error.message.includes(names),
    );
  },
);

interface RunCase {
  readonly name: string;
  /** Text by file name. */
  readonly files: Readonly<Record<string, string>>;
  /** A folder in the one that holds the files. */
  readonly below?: string;
  readonly args?: readonly string[];
  readonly code: number;
  readonly last?: string;
  readonly says?: string;
}

table(
  "npm run golden:",
  [
    { name: "all pass", files: { "a.json": script() }, code: 0, last: "1 passed, 0 failed" },
    {
      name: "a wrong tree",
      files: { "a.json": script({}, [{ ...get, ids: [6], parents: [-1] }, get]), "b.json": script() },
      code: 1,
      last: "2 passed, 1 failed",
      says: "a.json: operation 2 (get 5 6): expected ids 6 7, parents -1 0; found ids 6, parents -1",
    },
    {
      name: "wrong counts",
      files: { "a.json": script({}, [{ op: "end", trees: 0, nodes: 1 }]) },
      code: 1,
      last: "0 passed, 1 failed",
      says: "a.json: operation 1 (end): expected 0 trees, 1 nodes; found 0 trees, 0 nodes",
    },
    {
      name: "a refused file",
      files: { "a.json": "{", "b.json": script() },
      code: 1,
      last: "1 passed, 1 failed",
      says: "a.json: refused: not JSON",
    },
    { name: "no scripts", files: { "a.txt": "" }, code: 2, says: "contains no *.json" },
    { name: "no such folder", files: {}, below: "absent", code: 2, says: "is not a readable folder" },
    { name: "no argument", files: {}, args: [], code: 2, says: "Usage" },
  ] as readonly RunCase[],
  (row, context) => {
    const place = temporaryFolder(context);
    for (const [name, text] of Object.entries(row.files)) writeFileSync(path.join(place, name), text);
    const lines: string[] = [];
    const out = (line: string) => void lines.push(line);
    const args = row.args ?? [path.join(place, row.below ?? "")];
    assert.equal(runGolden(args, { out, err: out }), row.code);
    if (row.last !== undefined) assert.equal(lines.at(-1), row.last);
    const said = lines.join("\n");
    assert.ok(said.includes(row.says ?? ""), said);
  },
);
