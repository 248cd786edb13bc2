// Texts in another language: what is filled in, the order of values in a template, and what a translation can't do.
import assert from "node:assert/strict";
import { afterEach, test } from "vitest";
import {
  isTranslated,
  replaceTexts,
  several,
  t,
  textsOf,
  useTranslations,
} from "../../../../core/base/index.ts";

afterEach(() => {
  useTranslations({});
});

test("a text is English without a bundle, and where the bundle lacks it", () => {
  assert.equal(t("{0} of {1} rows", 3, 5), "3 of 5 rows");
  useTranslations({ "{0} of {1} rows": "von {1} Zeilen {0}", constructor: "x" });
  assert.ok(isTranslated());
  assert.equal(t("{0} of {1} rows", 3, 5), "von 5 Zeilen 3");
  assert.equal(t("{0} of {1} pages", 3, 5), "3 of 5 pages");
  assert.equal(t("toString"), "toString");
});

test("what is filled in is not read as a place again", () => {
  assert.equal(t("{0} and {1}", "{1}", "b"), "{1} and b");
});

test("an amount has the words of its number", () => {
  useTranslations({ "{0} row": "{0} Zeile", "{0} rows": "{0} Zeilen" });
  assert.deepEqual([several(1, "row"), several(2, "row")], ["1 Zeile", "2 Zeilen"]);
});

test("the texts of a template are those between tags and in attributes that are read out", () => {
  const parts = [
    '<p class="a b">Kept ',
    " of ",
    ' drafted</p><button title="Show ',
    '" @click=',
    ">Go</button>",
  ];
  assert.deepEqual(textsOf(parts), ["Kept {0} of {1} drafted", "Go", "Show {0}"]);
});

test("a translated template has its values where the translation puts them, and no markup of it", () => {
  const { parts, order } = replaceTexts(["<p>", " of ", " <b>all</b></p>"], (text) =>
    text === "{0} of {1}" ? "<i>{1}</i> & {0}" : text,
  );
  assert.deepEqual(order, [1, 0]);
  assert.equal(parts.join("@"), "<p>&#60;i&#62;@&#60;/i&#62; &#38; @ <b>all</b></p>");
});
