// What no lint rule asks of the repository: that files say what they are for, hold no path of one machine, and that each
// dependency has its reason in ARCHITECTURE.md.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { DIALECT, DIALECT_ANYWHERE } from "../../scripts/plainEnglish.mjs";
import { repositoryFolder } from "../support/check.ts";

/** Tracked files, and new ones that git does not ignore. */
const files = execFileSync(
  "git",
  ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  { cwd: repositoryFolder, encoding: "utf8" },
)
  .split("\0")
  .filter((file) => file !== "" && existsSync(path.join(repositoryFolder, file)));
const read = (file: string): string => readFileSync(path.join(repositoryFolder, file), "utf8");

/** Files that are about paths of a machine: made-up users and a made-up trace. */
const ABOUT_PATHS = [
  "test/unit/server/files/cache.test.ts",
  "test/unit/server/files/errors.test.ts",
  "test/unit/core/trace/broken.test.ts",
];

test("each source file opens with a comment on its subject", () => {
  const sources = files.filter((file) => /\.(ts|mjs|js)$/.test(file));
  assert.ok(sources.length > 100, "the check looks in the wrong place");
  const silent = sources.filter((file) => !/^(#!.*\n)?(\/\/ @ts-check\n)?\/\/ \S.{10}/.test(read(file)));
  assert.deepEqual(silent, []);
});

test("no file holds a path of one machine", () => {
  const found = files.flatMap((file) => {
    const text = read(file);
    const match = text.includes("\0")
      ? null
      : /(?<![\w.~}-])\/(?:home|root|work|tmp|Users)\/[^\s"'`)]*/.exec(text);
    return match === null || ABOUT_PATHS.includes(file) ? [] : [`${file}: ${match[0]}`];
  });
  assert.deepEqual(found, []);
});

test("ARCHITECTURE.md says why each dependency is there, and names none that is not", () => {
  const manifest = JSON.parse(read("package.json")) as Partial<Record<string, Record<string, string>>>;
  const dependencies = Object.keys(manifest.dependencies ?? {});
  const known = [...dependencies, ...Object.keys(manifest.devDependencies ?? {})];
  const [, section = ""] = read("ARCHITECTURE.md").split(/^#+ .*why each dependency.*$/im);
  const [own = ""] = section.split(/^#+ /m);
  const explained = [...own.matchAll(/^[-*] +`([^`]+)`/gm)].map((match) => match[1] ?? "");
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

/** The wordings in these lines that a native reader would stumble over, with what to write. */
function dialectIn(file: string, lines: readonly string[], wordings: typeof DIALECT): string[] {
  const any = new RegExp(wordings.map(({ wording }) => `(?:${wording})`).join("|"));
  return lines
    .filter((line) => any.test(line))
    .flatMap((line) =>
      wordings
        .filter(({ wording }) => new RegExp(wording).test(line))
        .map(({ instead }) => `${file}: "${line.trim()}": write ${instead}`),
    );
}

test("the manifest's texts and the README are plain English", () => {
  const found = ["package.nls.json", "README.md"].flatMap((file) =>
    dialectIn(file, read(file).split("\n"), DIALECT),
  );
  assert.deepEqual(found, []);
});

/** Where a document says that something is: "`core/base/index.ts` (`parse`)", "[041](docs/decisions/041-….md)". */
function* placesIn(text: string): Generator<{ place: string; name: string | undefined }> {
  for (const [, place = "", name] of text.matchAll(/`([\w.-]+\/[\w./-]+)`(?: \(`(\w+)`)?/g))
    yield { place, name };
  for (const [, place = ""] of text.matchAll(/\]\(([\w./-]+)\)/g)) yield { place, name: undefined };
}

test("ARCHITECTURE.md names files, folders and functions that exist", () => {
  const [written = "", rest = ""] = read("ARCHITECTURE.md").split(
    /<!-- boundaries:[^]*<!-- \/boundaries -->/,
  );
  const found = [...placesIn(written), ...placesIn(rest)];
  assert.ok(found.length > 40, "the check looks in the wrong place");
  const missing = found.filter(
    ({ place, name }) =>
      !existsSync(path.join(repositoryFolder, place)) || (name !== undefined && !read(place).includes(name)),
  );
  assert.deepEqual(missing, []);
});

/** Recorded figures, and text that models write or that tests recite. */
const NOT_WORDED_HERE = /^(CHANGELOG\.md|docs\/benchmarks\.md|samples\/|test\/(fixtures|golden)\/)/;

test("comments, test names and documents are plain English", () => {
  const worded = files.filter((file) => /\.(ts|mjs|css|md|py)$/.test(file) && !NOT_WORDED_HERE.test(file));
  assert.ok(worded.length > 1000, "the check looks in the wrong place");
  const found = worded.flatMap((file) => {
    const lines = read(file).split("\n");
    const prose = file.endsWith(".md")
      ? lines
      : lines.filter((line) => /^\s*(\/\/|\/?\*|#|""")|\s\/\/ |\b(describe|it|test)\(/.test(line));
    return dialectIn(file, prose, DIALECT_ANYWHERE);
  });
  assert.deepEqual(found, []);
});

test("package-lock.json holds the optional packages of every platform, without which npm ci refuses it", () => {
  const lock = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const held = new Set(Object.keys(lock.packages).map((place) => place.split("node_modules/").at(-1)));
  const wanted = Object.values(lock.packages).flatMap((entry) =>
    Object.keys(entry.optionalDependencies ?? {}),
  );
  assert.ok(wanted.length > 0, "the check looks in the wrong place");
  assert.deepEqual(
    wanted.filter((name) => !held.has(name)),
    [],
  );
});
