// Reads every file of the repository and names those that break its rules of form. Each rule is also shown to fail on
// made-up text. What is exempt stands here with its reason, and an exemption that is no longer needed fails as well.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { repositoryFolder, table } from "../support/check.ts";
import {
  explainedPackages,
  exportProblems,
  lengthProblems,
  lineCount,
  machinePathProblems,
  openingProblems,
  typeEscapeProblems,
} from "../support/sourceChecks.ts";

/** Tracked files, and new ones that git does not ignore. */
const files = execFileSync(
  "git",
  ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  { cwd: repositoryFolder, encoding: "utf8" },
)
  .split("\0")
  .filter((file) => file !== "" && existsSync(path.join(repositoryFolder, file)));
const isSource = (file: string): boolean => /\.(ts|mjs|js)$/.test(file);
const read = (file: string): string => readFileSync(path.join(repositoryFolder, file), "utf8");

/** Files with a default export: their readers, a lint program and vitest, take nothing else. */
const DEFAULT_EXPORTS = ["eslint.config.js", "vitest.config.ts"];

/** Files with a machine's path, and why. */
const MACHINE_PATHS: Readonly<Record<string, string>> = {
  "test/unit/server/files/cache.test.ts":
    "home folders of made-up users, from which the cache folder is derived",
  "test/unit/repository.test.ts": "the made-up text that this rule is shown to fail on",
  "test/unit/core/trace/broken.test.ts": "a made-up path that a trace must refuse",
};

const rules = [
  {
    name: "is short enough to read",
    applies: isSource,
    exempt: [],
    problems: (_: string, text: string) => lengthProblems(text),
  },
  {
    name: "opens with a comment",
    applies: isSource,
    exempt: [],
    problems: (_: string, text: string) => openingProblems(text),
  },
  { name: "has named exports only", applies: isSource, exempt: DEFAULT_EXPORTS, problems: exportProblems },
  { name: "keeps its types checked", applies: isSource, exempt: [], problems: typeEscapeProblems },
  {
    name: "names no path of one machine",
    applies: (file: string) => !read(file).includes("\0"),
    exempt: Object.keys(MACHINE_PATHS),
    problems: (_: string, text: string) => machinePathProblems(text),
  },
] as const;

table("every file", rules, ({ applies, exempt, problems }) => {
  const judged = files.filter(applies);
  assert.ok(judged.length > 0, "no files found: the check looks in the wrong place");
  const broken = new Map(judged.map((file) => [file, problems(file, read(file))]));
  const named = [...broken].filter(([file]) => !exempt.some((other) => other === file));
  assert.deepEqual(
    named.flatMap(([file, found]) => found.map((problem) => `${file}: ${problem}`)),
    [],
  );
  assert.deepEqual(
    exempt.filter((file) => broken.get(file)?.length === 0 || !broken.has(file)),
    [],
    "exempt without need",
  );
});

test("the median source file stays near 100 lines", () => {
  const lines = files.filter(isSource).map((file) => lineCount(read(file)));
  lines.sort((a, b) => a - b);
  const median = lines[Math.floor(lines.length / 2)] ?? 0;
  console.info(`${lines.length} source files, median ${median} lines, longest ${lines.at(-1) ?? 0}`);
  assert.ok(median > 0 && median <= 150, `median ${median}`);
});

test("ARCHITECTURE.md says why each dependency is there, and names none that is not", () => {
  const manifest = JSON.parse(read("package.json")) as Partial<Record<string, Record<string, string>>>;
  const dependencies = Object.keys(manifest.dependencies ?? {});
  const known = [...dependencies, ...Object.keys(manifest.devDependencies ?? {})];
  const explained = explainedPackages(read("ARCHITECTURE.md"));
  assert.deepEqual(
    dependencies.filter((name) => !explained.includes(name)),
    [],
    "no reason given",
  );
  assert.deepEqual(
    explained.filter((name) => !known.includes(name)),
    [],
    "explained, but not in package.json",
  );
});

test("package-lock.json holds the optional packages of every platform, without which npm ci refuses it", () => {
  const lock = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const held = new Set(Object.keys(lock.packages).map((place) => place.split("node_modules/").at(-1)));
  const wanted = Object.values(lock.packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}),
  );
  assert.ok(wanted.length > 0, "no optional packages found: the check looks in the wrong place");
  assert.deepEqual(
    wanted.filter((name) => !held.has(name)),
    [],
  );
});

/** Code with a comment, put together here so that this file does not itself hold it. */
const commented = (comment: string): string => `f(); // ${comment}`;
const longText = "// A line.\n".repeat(501);

table(
  "a made-up file",
  [
    { name: "501 lines", found: lengthProblems(longText), expected: ["has 501 lines, over 500"] },
    { name: "500 lines", found: lengthProblems(longText.slice(11)), expected: [] },
    {
      name: "no comment",
      found: openingProblems("const a = 1;\n"),
      expected: ["does not open with a // comment on its subject"],
    },
    {
      name: "an empty file",
      found: openingProblems(""),
      expected: ["does not open with a // comment on its subject"],
    },
    {
      name: "only a check mark",
      found: openingProblems("// @ts-check\nlet a;"),
      expected: ["does not open with a // comment on its subject"],
    },
    {
      name: "shebang, then comment",
      found: openingProblems("#!/usr/bin/env node\n// Says what it is for.\n"),
      expected: [],
    },
    {
      name: "default value",
      found: exportProblems("a.ts", "export default 1;"),
      expected: ["line 1: default export"],
    },
    {
      name: "default function",
      found: exportProblems("a.mjs", "\nexport default function f() {}"),
      expected: ["line 2: default export"],
    },
    {
      name: "default by name",
      found: exportProblems("a.ts", "const a = 1; export { a as default };"),
      expected: ["line 1: default export"],
    },
    {
      name: "default re-exported by name",
      found: exportProblems("a.ts", `export { default as a } from "b";`),
      expected: [],
    },
    { name: "any", found: typeEscapeProblems("a.ts", "let a: any;"), expected: ["line 1: any"] },
    {
      name: "any inside",
      found: typeEscapeProblems("a.ts", "f(<T>(a: Map<T, any[]>) => a as any);"),
      expected: ["line 1: any", "line 1: any"],
    },
    {
      name: "any in JSDoc",
      found: typeEscapeProblems("a.mjs", "/** @param {any} a */\nfunction f(a) {}"),
      expected: ["line 1: any"],
    },
    {
      name: "any as a word",
      found: typeEscapeProblems("a.ts", `// any of these\nconst any = "any";`),
      expected: [],
    },
    {
      name: "a silenced error",
      found: typeEscapeProblems("a.ts", commented("@ts-expect-error why")),
      expected: ["line 1: @ts-expect-error"],
    },
    {
      name: "silenced lint",
      found: typeEscapeProblems("a.ts", commented("eslint-disable-line no-console")),
      expected: ["line 1: eslint-disable-line"],
    },
    {
      name: "silenced lint with a reason",
      found: typeEscapeProblems("a.ts", commented("eslint-disable-line no-console -- shows the answer")),
      expected: [],
    },
    {
      name: "a home folder",
      found: machinePathProblems(`a\nmodel: "/home/someone/model.gguf"`),
      expected: ["line 2: /home/someone/model.gguf"],
    },
    {
      name: "an address that looks like one",
      found: machinePathProblems("https://example.org/home/x ../root/y"),
      expected: [],
    },
  ],
  ({ found, expected }) => {
    assert.deepEqual(found, expected);
  },
);

test("reasons for packages are read from their section alone", () => {
  const document =
    "# A\n- `other`: no\n## Why each dependency\n- `yaml`: reads\n* `@a/b`: too\n## Next\n- `late`: no\n";
  assert.deepEqual(explainedPackages(document), ["yaml", "@a/b"]);
});
