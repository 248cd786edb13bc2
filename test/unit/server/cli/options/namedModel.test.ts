// What --model and LASER_MODEL name, and what to write instead of other programs' options.
import assert from "node:assert/strict";
import { homedir } from "node:os";
import path from "node:path";
import { test } from "vitest";
import { describeError } from "../../../../../core/base/index.ts";
import { DEMO_MODEL } from "../../../../../server/engine/index.ts";
import { namedModel, type NamedModel } from "../../../../../server/cli/options/namedModel.ts";
import { expandHome } from "../../../../../server/cli/files/paths.ts";
import { table } from "../../../../support/check.ts";
import { laserHere } from "../../../../support/process/laserHere.ts";

const DEMO: NamedModel = { kind: "catalogue", id: DEMO_MODEL };
const HOME_FILE: NamedModel = { kind: "file", path: path.join(homedir(), "m.gguf") };

interface Row {
  readonly name: string;
  readonly given?: string;
  readonly env?: string;
  readonly gives: NamedModel;
}
const rows: Row[] = [
  { name: "nothing", gives: DEMO },
  { name: "an empty variable", env: "", gives: DEMO },
  { name: "the variable", env: "~/m.gguf", gives: HOME_FILE },
  {
    name: "an option over the variable",
    given: "/a.gguf",
    env: "/b.gguf",
    gives: { kind: "file", path: "/a.gguf" },
  },
  { name: "a home in quotes", given: "~/m.gguf", gives: HOME_FILE },
  { name: "a file with a tilde", given: "a~/m.gguf", gives: { kind: "file", path: "a~/m.gguf" } },
  { name: "a name of the catalogue", given: DEMO_MODEL, gives: DEMO },
  { name: "the editor's spelling", given: "catalogue:x", gives: { kind: "catalogue", id: "x" } },
  { name: "the hub", given: "hf:a/b:Q4_0", gives: { kind: "hub", name: "a/b:Q4_0" } },
];
table("a model", rows, ({ given, env, gives }) => {
  assert.deepEqual(namedModel(given, env === undefined ? {} : { LASER_MODEL: env }), gives);
});

test("an empty --model, as an unset variable of a shell gives, is refused", () => {
  for (const given of ["", "  "]) {
    assert.throws(
      () => namedModel(given, { LASER_MODEL: "/a.gguf" }),
      (error) => error instanceof Error && /--model.*it is empty/.test(describeError(error).message),
    );
  }
});

table(
  "a home folder",
  [
    { name: "of the user", written: "~/a", gives: "/ada/a" },
    { name: "alone", written: "~", gives: "/ada" },
    { name: "of another user", written: "~bob/a", gives: "~bob/a" },
    { name: "not at the beginning", written: "/~/a", gives: "/~/a" },
  ],
  ({ written, gives }) => {
    assert.equal(expandHome(written, "/ada"), gives);
  },
);

table(
  "another program's option",
  [
    { name: "-m", args: ["-m", "x"], says: "--model PATH" },
    { name: "-n", args: ["-n", "5"], says: "--max-tokens N" },
    { name: "--ctx-size", args: ["--ctx-size", "5"], says: "--context-tokens N" },
    { name: "--temp", args: ["--temp=0.5"], says: "--temperature T" },
    { name: "-ngl", args: ["-ngl", "99"], says: "--gpu-layers N" },
    { name: "--repeat-penalty", args: ["--repeat-penalty", "1.1"], says: "--repetition-penalty X" },
    { name: "-f", args: ["-f", "x"], says: "the prompt file itself" },
    { name: "a slip of ours", args: ["--temperatur", "1"], says: "--temperature" },
  ],
  async ({ args, says }) => {
    const { stderr, exitCode } = await laserHere("generate", "x.prompty", ...args);
    assert.equal(exitCode, 2);
    assert.ok(stderr.includes(`(Did you mean ${says}`), stderr);
  },
);
