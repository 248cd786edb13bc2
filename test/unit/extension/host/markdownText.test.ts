// Foreign text as Markdown: none of it keeps a meaning as markup.
import assert from "node:assert/strict";
import { plainMarkdown } from "../../../../core/base/index.ts";
import { codeMarkdown, noticeText } from "../../../../extension/host/markdownText.ts";
import { table } from "../../../support/check.ts";

const decoded = (markdown: string): string =>
  markdown.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

table(
  "running text",
  [
    { name: "markup", text: "**a** [b](command:c) <img src=x> `d` # e" },
    { name: "what reads as a sign of HTML", text: "&lt; &#60;" },
    {
      name: "an address, of which readers make a link",
      text: "https://example.com www.example.com a@example.com",
    },
    { name: "a table, a list and an icon", text: "| a |\n- b $(zap)" },
    { name: "other letters", text: "naïve 映画 😀" },
  ],
  ({ text }) => {
    const markdown = plainMarkdown(text);
    assert.equal(decoded(markdown), text);
    assert.doesNotMatch(markdown.replace(/&#\d+;/g, ""), /[^\p{L}\p{N} ]/u);
  },
);

table(
  "a code span",
  [
    { name: "text", text: "a", markdown: "` a `" },
    { name: "back quotes", text: "a``b`", markdown: "``` a``b` ```" },
    { name: "line ends, which would end it", text: "a\n\nb", markdown: "` a  b `" },
    { name: "nothing", text: "", markdown: "" },
  ],
  ({ text, markdown }) => {
    assert.equal(codeMarkdown(text), markdown);
  },
);

table(
  "a notice",
  [
    {
      name: "words",
      text: "There is no film.prompty [1] (yet).",
      notice: "There is no film.prompty [1] (yet).",
    },
    { name: "a command", text: "no [film](command:a.b) here", notice: "no [film] (command:a.b) here" },
    { name: "links in links", text: "[[a](b)](command:c)", notice: "[[a] (b)] (command:c)" },
  ],
  ({ text, notice }) => {
    assert.equal(noticeText(text), notice);
  },
);
