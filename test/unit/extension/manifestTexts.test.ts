// Every text of the manifest that a person sees is in package.nls.json, under a key that is used; none is left in
// package.json itself.
import assert from "node:assert/strict";
import { test } from "vitest";
import { manifestTexts, TEXT_KEY, writtenManifest } from "../../support/host/manifest.ts";

interface Found {
  /** E.g. "contributes.commands.0.title". */
  readonly place: string;
  readonly text: string;
}

function stringsOf(value: unknown, place: readonly string[] = []): Found[] {
  if (typeof value === "string") return [{ place: place.join("."), text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => stringsOf(item, [...place, key]));
}

/** What VS Code shows to a person. Defaults, ids, conditions, patterns and paths are not, nor names of problem matchers. */
const SHOWN =
  /^(displayName|description)$|^(capabilities|contributes)\.(?!problem.*\.name$).*(title|category|description|Description|name|contents)$|[dD]escriptions\.\d+$/;

const all = stringsOf(writtenManifest());
const shown = all.filter(({ place }) => SHOWN.test(place));
const texts = manifestTexts();

test("no text that is shown is in package.json itself", () => {
  assert.ok(shown.length > 50, "no texts found: the check looks in the wrong place");
  assert.deepEqual(
    shown.filter(({ text }) => !TEXT_KEY.test(text)),
    [],
  );
});

test("every key has a text, and every text is used", () => {
  const used = all.flatMap(({ text }) => TEXT_KEY.exec(text)?.[1] ?? []);
  assert.deepEqual(Object.keys(texts), [...new Set(used)].sort());
});

test("no text is empty or has blanks around it", () => {
  assert.deepEqual(
    Object.values(texts).filter((text) => typeof text !== "string" || text === "" || text !== text.trim()),
    [],
  );
});
