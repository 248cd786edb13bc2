// In files that use the editor's interface, what a person reads goes through vscode.l10n: a sentence in a shown
// property or is the message of a notice would stay English in every language.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { sourcesIn, untranslatedIn } from "../../../scripts/l10n/texts.ts";
import { repositoryFolder, table } from "../../support/check.ts";

const SHOWN =
  /\b(?:title|placeHolder|prompt|label|detail|description|tooltip|message|openLabel|saveLabel|nextStep):\s*["`]([^"`]*)["`]|\b(?:show(?:Information|Warning|Error)Message|setStatusBarMessage|notifier\.(?:information|warning|error))\(\s*["`]([^"`]*)["`]/g;
/** The same in all languages. */
const NAMES = new Set(["LASER Inspector", "LASER", "CPU"]);
/** What a template fills in, or the beginning of it where it holds another template; icons. */
const FILLED = /\$\{[^}]*(?:\}|$)|\$\([^)]*\)/g;

/** Texts with a word, in their own letters, that no l10n.t surrounds. Units such as kB are not words. */
function untranslated(source: string): readonly string[] {
  return [...source.matchAll(SHOWN)]
    .map(([, property, message]) => property ?? message ?? "")
    .filter((text) => {
      const own = text.replaceAll(FILLED, "").trim();
      return !NAMES.has(own) && /\p{L}{3}/u.test(own);
    });
}

table(
  "a source",
  [
    { name: "a property", source: 'pick({ title: "Choose the model" })', found: ["Choose the model"] },
    { name: "a notice", source: 'notifier.warning(\n  "No file.",', found: ["No file."] },
    { name: "a template", source: "a = { label: `$(check) Use ${name}` }", found: ["$(check) Use ${name}"] },
    { name: "a name and an icon", source: "a = { label: `$(check) ${name}` }", found: [] },
    { name: "a number and its unit", source: "a = { detail: `${Math.ceil(bytes / 1e3)} kB` }", found: [] },
    { name: "the product", source: 'a = { title: "LASER Inspector" }', found: [] },
    { name: "translated", source: 'a = { title: vscode.l10n.t("Choose the model") }', found: [] },
  ],
  ({ source, found }) => {
    assert.deepEqual(untranslated(source), found);
  },
);

test("a short text beside translated ones goes through a translation as well", () => {
  const found = untranslatedIn(
    "a.ts",
    `const ENDS = { loop: "loop", complete: t("complete"), edl: "EDL", other: t("other") };
     const KEYS = [{ keys: ["n"], does: t("next") }, { keys: ["p"], does: "previous", id: "previous" }];`,
  );
  assert.deepEqual(found, ["loop", "previous"]);
});

/**
 * Where texts are data or for machines: what Jinja itself writes, descriptions in schemas, headings of tables that programs
 * read, what a damaged trace breaks.
 */
const NOT_SHOWN =
  /dialects\.ts$|[sS]chema\.ts$|[iI]dentities\.ts$|validate\.ts$|[cC]sv\.ts$|report(?:Theme)?\.ts$|quietClient\.ts$/;

test("sentences of extension and pages, and those about traces and prompts, go through a translation", () => {
  const folders = [
    "core/base",
    "core/inspect",
    "core/prompts",
    "core/settings",
    "core/trace",
    "extension",
    "webview",
  ];
  folders.push("server/files/prompts", "server/lsp");
  const sources = sourcesIn(repositoryFolder, folders).filter((file) => !NOT_SHOWN.test(file));
  assert.ok(sources.length > 300, "no sources found: the check looks in the wrong place");
  assert.deepEqual(
    sources.flatMap((file) =>
      untranslatedIn(file, readFileSync(path.join(repositoryFolder, file), "utf8")).map(
        (text) => `${file}: ${text}`,
      ),
    ),
    [],
  );
});

test("files that use the editor's interface leave no shown text untranslated", () => {
  const folder = path.join(repositoryFolder, "extension");
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({ file, source: readFileSync(path.join(folder, file), "utf8") }))
    .filter(({ source }) => source.includes('from "vscode"'));
  assert.ok(sources.length > 30, "no sources found: the check looks in the wrong place");
  assert.deepEqual(
    sources.flatMap(({ file, source }) => untranslated(source).map((text) => `${file}: ${text}`)),
    [],
  );
});
