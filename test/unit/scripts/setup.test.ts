// The parts of `npm start` and `npm test` that decide: which Node will do, what a failed tool's words mean, whether a
// step is up to date, what the arguments ask for, which file is the model.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { modelFileIn } from "../../../scripts/setup/needs.mjs";
import { nodeVersionProblem } from "../../../scripts/nodeVersion.mjs";
import { neededNativePackages } from "../../../scripts/setup/nativePackages.mjs";
import { withoutUsage } from "../../../scripts/setup/install.mjs";
import {
  Problem,
  problemFromError,
  problemFromOutput,
  problemLines,
} from "../../../scripts/setup/problem.mjs";
import { filesBelow, hashFiles, stampMatches, writeStamp } from "../../../scripts/setup/stamp.mjs";
import { parseStartArguments } from "../../../scripts/startCommand.mjs";
import { table, temporaryFolder } from "../../support/check.ts";

table(
  "Node",
  [
    { name: "18.20.4", good: false },
    { name: "20.18.3", good: false },
    { name: "20.19.0", good: true },
    { name: "20.20.2", good: true },
    { name: "22.0.0", good: true },
    { name: "8.17.0", good: false },
    { name: "24.1.0-nightly", good: true },
  ],
  ({ name, good }) => {
    const problem = nodeVersionProblem(name);
    assert.equal(problem === null, good);
    if (problem !== null) assert.match(problem, new RegExp(`Node ${name}.*20\\.19 or newer.*\nNext: `));
  },
);

table(
  "a failed step",
  [
    {
      name: "no name server",
      step: "install",
      output: "npm error code ENOTFOUND\nnpm error network request to https://registry failed",
      says: /no connection/,
    },
    { name: "no route", step: "install", output: "npm error code ECONNREFUSED", says: /no connection/ },
    { name: "too slow", step: "install", output: "npm error code ETIMEDOUT", says: /no connection/ },
    {
      name: "disk full",
      step: "install",
      output: "npm warn network\nnpm error code ENOSPC",
      says: /disk is full/,
    },
    {
      name: "disk full while building",
      step: "build",
      output: "write: no space left on device",
      says: /disk is full/,
    },
    {
      name: "not ours",
      step: "install",
      output: "npm error code EACCES\nnpm error syscall mkdir",
      says: /lack permission to write/,
    },
    {
      name: "read only",
      step: "install",
      output: "Error: EROFS: read-only file system, mkdir",
      says: /read-only/,
    },
    {
      name: "unknown certificate",
      step: "install",
      output: "npm error code SELF_SIGNED_CERT_IN_CHAIN",
      says: /certificate/,
    },
    { name: "a proxy's no", step: "install", output: "npm error code E403", says: /refused the request/ },
    {
      name: "outdated lock file",
      step: "install",
      output: "npm error code EUSAGE",
      says: /do not match/,
    },
    { name: "damaged package", step: "install", output: "npm error code EINTEGRITY", says: /damaged/ },
    {
      name: "no esbuild",
      step: "build",
      output: "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'esbuild'",
      says: /incomplete/,
    },
    {
      name: "a source named network is not a network",
      step: "build",
      output: "✘ [ERROR] server/cli/network.ts:1:2 Expected",
      says: /otherwise/,
    },
    { name: "words nobody knows", step: "install", output: "npm error something else", says: /otherwise/ },
  ],
  ({ step, output, says }) => {
    const problem = problemFromOutput(step, "otherwise", "do that", output);
    assert.match(problem.message, says);
    assert.ok(problem.message.startsWith(`${step} failed: `));
    const lines = problemLines(problem);
    assert.ok(lines.includes(`  | ${output.split("\n").at(-1) ?? ""}`), "the tool's last line is shown");
    assert.match(lines.at(-1) ?? "", /^Next: .{5,}[^.]\.$/);
  },
);

test("npm's usage does not hide its error", () => {
  const usage = ["Clean install a project", "", "Usage:", "npm ci", "Run help", "A complete log lies there"];
  const output = ["code EUSAGE", "", "Missing: a@1 from lock file", ...usage].map((line) =>
    `npm error ${line}`.trimEnd(),
  );
  assert.deepEqual(
    problemLines(new Problem("it failed.", "do that", withoutUsage(output.join("\n")))).slice(0, -2),
    [
      "  | npm error code EUSAGE",
      "  | npm error Missing: a@1 from lock file",
      "  | npm error A complete log lies there",
    ],
  );
  assert.equal(withoutUsage(output.slice(0, -1).join("\n")).includes("Usage"), false, "no log line follows");
});

test("a report shows the last twelve lines of a long output", () => {
  const output = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`).join("\n");
  const lines = problemLines(new Problem("it failed.", "do that", output));
  assert.deepEqual([lines.length, lines[0], lines[11]], [14, "  | line 29", "  | line 40"]);
});

test("a system error of our own becomes a problem with its cause", () => {
  const problem = problemFromError("build", new Error("EACCES: permission denied, open 'dist/x'"));
  assert.match(problem.message, /^build failed: .*lack permission to write/);
  assert.equal(problemFromError("build", problem), problem);
});

test("a stamp holds until a file changes, appears or disappears", (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(path.join(folder, "src", "deep"), { recursive: true });
  writeFileSync(path.join(folder, "src", "a.ts"), "1");
  writeFileSync(path.join(folder, "src", "deep", "b.ts"), "2");
  const stamp = path.join(folder, "out", "stamp");
  const hash = (words: readonly string[] = []): string =>
    hashFiles(folder, [...filesBelow(folder, "src"), "lock.json"], words);
  assert.equal(stampMatches(stamp, hash()), false, "no stamp yet");
  writeStamp(stamp, hash());
  const changed = (): boolean => !stampMatches(stamp, hash());
  assert.equal(changed(), false);
  assert.notEqual(hash(["linux"]), hash(["darwin"]), "words count");

  writeFileSync(path.join(folder, "src", "deep", "b.ts"), "3");
  assert.equal(changed(), true, "another content");
  writeFileSync(path.join(folder, "src", "deep", "b.ts"), "2");
  assert.equal(changed(), false);
  writeFileSync(path.join(folder, "src", "c.ts"), "");
  assert.equal(changed(), true, "a new file");
  rmSync(path.join(folder, "src", "c.ts"));
  writeFileSync(path.join(folder, "lock.json"), "");
  assert.equal(changed(), true, "a file that was missing");
  rmSync(path.join(folder, "lock.json"));
  rmSync(path.join(folder, "src", "a.ts"));
  assert.equal(changed(), true, "a missing file");
});

const lockedNames = [
  "@esbuild/linux-x64",
  "@esbuild/darwin-arm64",
  "@esbuild/win32-x64",
  "@koromix/koffi-darwin-arm64",
  "@koromix/koffi-linux-arm64",
  "@koromix/koffi-linux-x64",
  "@koromix/koffi-win32-x64",
  "@node-llama-cpp/linux-arm64",
  "@node-llama-cpp/linux-x64",
  "@node-llama-cpp/linux-x64-vulkan",
  "@node-llama-cpp/mac-arm64-metal",
  "@node-llama-cpp/win-x64",
  "yaml",
];

table(
  "native packages",
  [
    {
      name: "linux x64",
      expected: ["@esbuild/linux-x64", "@koromix/koffi-linux-x64", "@node-llama-cpp/linux-x64"],
    },
    {
      name: "darwin arm64",
      expected: ["@esbuild/darwin-arm64", "@koromix/koffi-darwin-arm64", "@node-llama-cpp/mac-arm64-metal"],
    },
    {
      name: "win32 x64",
      expected: ["@esbuild/win32-x64", "@koromix/koffi-win32-x64", "@node-llama-cpp/win-x64"],
    },
    { name: "freebsd x64", expected: [] },
  ],
  ({ name, expected }) => {
    const [platform = "", arch = ""] = name.split(" ");
    assert.deepEqual(neededNativePackages(lockedNames, platform, arch), expected);
  },
);

table(
  "npm start",
  [
    { name: "alone", args: [], expected: { kind: "editor" } },
    {
      name: "without editor",
      args: ["--no-editor"],
      expected: { kind: "demo", demoArgs: [] },
    },
    {
      name: "the demo's own arguments",
      args: ["--seed", "3", "--no-editor", "--gpu=off"],
      expected: { kind: "demo", demoArgs: ["--seed", "3", "--gpu=off"] },
    },
    {
      name: "demo options without the demo",
      args: ["--seed", "3"],
      expected: { kind: "unknown", args: ["--seed", "3"] },
    },
    { name: "help", args: ["--no-editor", "-h"], expected: { kind: "help" } },
  ] as const,
  ({ args, expected }) => {
    assert.deepEqual(parseStartArguments(args), expected);
  },
);

table(
  "the model file",
  [
    {
      name: "a line of its own",
      stdout: "/cache/a b/model.Q4_0.gguf\n",
      expected: "/cache/a b/model.Q4_0.gguf",
    },
    { name: "after words", stdout: "ready: /cache/model.gguf\n", expected: "/cache/model.gguf" },
    {
      name: "the last of several",
      stdout: "/cache/a.gguf\n/cache/b.gguf\ndone\n",
      expected: "/cache/b.gguf",
    },
    { name: "relative", stdout: "cache/model.gguf\n", expected: null },
    { name: "none", stdout: "", expected: null },
  ],
  ({ stdout, expected }) => {
    assert.equal(modelFileIn(stdout), expected);
  },
);
