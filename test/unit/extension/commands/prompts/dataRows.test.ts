// Rows of data files, by the endings of their names.
import assert from "node:assert/strict";
import { rowsOfFile } from "../../../../../extension/commands/prompts/dataRows.ts";
import { table } from "../../../../support/check.ts";

const SAMPLES = { year: 1883, title: "Treasure Island" };

table(
  "rows of",
  [
    {
      name: "a table: text, except for what the sample shows to be a number, or a list",
      file: "books.csv",
      text: 'title,year,tags\r\n1984,1949,"[""a"",""b""]"\r\n"Emma, a novel",1815,\r\n',
      rows: [
        { title: "1984", year: 1949, tags: ["a", "b"] },
        { title: "Emma, a novel", year: 1815 },
      ],
    },
    {
      name: "a table of semicolons, with a byte order mark",
      file: "books.CSV",
      text: "\uFEFFtitle;year\nEmma;1815\n",
      rows: [{ title: "Emma", year: 1815 }],
    },
    {
      name: "a table of tabs",
      file: "books.tsv",
      text: "title\tyear\nEmma, a novel\t1815\n",
      rows: [{ title: "Emma, a novel", year: 1815 }],
    },
    { name: "JSON lines", file: "a.jsonl", text: '{"title":"Emma"}\n', rows: [{ title: "Emma" }] },
    { name: "a table with two columns of one name", file: "a.csv", text: "a,a\n1,2\n", rows: null },
    { name: "an empty table", file: "a.csv", text: "\n", rows: null },
    { name: "a table whose quotation mark never ends", file: "a.csv", text: 'a\n"b\n', rows: null },
    { name: "a table in a file of JSON", file: "a.json", text: "a,b\n1,2\n", rows: null },
  ],
  ({ file, text, rows }) => {
    assert.deepEqual(rowsOfFile(file, text, SAMPLES)?.rows ?? null, rows);
  },
);
