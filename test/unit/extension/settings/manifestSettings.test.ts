// The list of settings as a manifest gives it: order, headings, labels, and descriptions without any markup left.
import assert from "node:assert/strict";
import { test } from "vitest";
import { markdownParts } from "../../../../extension/settings/descriptionParts.ts";
import { manifestSettings } from "../../../../extension/settings/manifestSettings.ts";
import type { TextPart } from "../../../../extension/shared/settingSchema.ts";
import { table } from "../../../support/check.ts";
import { englishManifest } from "../../../support/manifest.ts";
import { fixtureManifest } from "../../../support/settingsPages.ts";

const listed = (manifest: unknown): string[] =>
  manifestSettings(manifest).map(({ group, category, label }) => `${group} | ${category} | ${label}`);

test("several titles are headings, in their order; what has no order comes by key", () => {
  const settings = manifestSettings(fixtureManifest("titled"));
  assert.deepEqual(
    settings.map(({ group, key }) => `${group}: ${key}`),
    [
      ...["Early: demo.first", "Early: demo.second", "Early: demo.apple", "Early: demo.zebra"],
      ...["Late: demo.late", "Group: demo.group.untitled"],
    ],
  );
});

test("one title leaves the headings to the keys", () => {
  const shown = listed(englishManifest());
  assert.deepEqual(
    [...new Set(shown.map((line) => line.split(" | ")[0]))],
    ["General", "Relaxed verification", "Guards", "Sampling", "Traces", "Server", "Output"],
  );
  assert.ok(shown.includes("Relaxed verification | Relaxed | Top K"));
  assert.ok(shown.includes("Guards | Guards | Max consecutive relaxed"));
  assert.ok(shown.includes("General |  | GPU"));
  assert.equal(shown[0], "General |  | Model");
});

test("tags, deprecation and scope are read, and odd names are names", () => {
  const settings = new Map(
    manifestSettings(fixtureManifest("markup")).map((setting) => [setting.key, setting]),
  );
  const old = settings.get("demo.old");
  assert.deepEqual(old?.tags, ["<tag>", "experimental"]);
  assert.deepEqual(old.deprecation, [text("Use "), { kind: "setting", key: "demo.markdown" }, text(".")]);
  assert.equal(settings.get("demo.__proto__.constructor")?.label, "Constructor");
  assert.equal(settings.get("toString")?.group, "General");
  const scopes = manifestSettings(fixtureManifest("scopes"));
  assert.deepEqual(
    scopes.map(({ scope }) => scope),
    [
      ...["application", "machine", "machine-overridable", "window", "resource", "language-overridable"],
      ...["window", "window"],
    ],
  );
  assert.deepEqual(
    scopes.filter(({ isRestricted }) => isRestricted).map(({ key }) => key),
    ["demo.secret", "demo.path"],
  );
});

table(
  "Markdown",
  [
    { name: "plain", markdown: "No signs.", parts: [text("No signs.")] },
    {
      name: "code",
      markdown: "Set `null` here",
      parts: [text("Set "), { kind: "code", text: "null" }, text(" here")],
    },
    { name: "bold", markdown: "**so**", parts: [{ kind: "bold", text: "so" }] },
    { name: "a setting", markdown: "See `#a.b#`", parts: [text("See "), { kind: "setting", key: "a.b" }] },
    {
      name: "a setting without quotes",
      markdown: "#a.b-c#!",
      parts: [{ kind: "setting", key: "a.b-c" }, text("!")],
    },
    { name: "a number is no setting", markdown: "#1 and #2", parts: [text("#1 and #2")] },
    {
      name: "a link",
      markdown: "[x](https://e.org)",
      parts: [{ kind: "link", text: "x", url: "https://e.org" }],
    },
    { name: "a link that runs something", markdown: "[x](command:y)", parts: [text("[x](command:y)")] },
    { name: "a link in plain HTTP", markdown: "[x](http://e.org)", parts: [text("[x](http://e.org)")] },
    { name: "HTML", markdown: "<img src=x>", parts: [text("<img src=x>")] },
    { name: "escapes", markdown: "\\*a\\* \\`b\\`", parts: [text("*a* `b`")] },
    { name: "names with underscores", markdown: "a_b_c * d", parts: [text("a_b_c * d")] },
    { name: "unclosed signs", markdown: "`a **b [c](", parts: [text("`a **b [c](")] },
    { name: "lines", markdown: "a\n\n b", parts: [text("a"), { kind: "break" }, text("b")] },
  ] satisfies readonly { name: string; markdown: string; parts: readonly TextPart[] }[],
  ({ markdown, parts }) => {
    assert.deepEqual(markdownParts(markdown), parts);
  },
);

function text(words: string): TextPart {
  return { kind: "text", text: words };
}
