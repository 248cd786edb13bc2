// Tokens on a terminal: classes distinguished by marks or colours, control characters made visible.
import assert from "node:assert/strict";
import {
  legend,
  TokenPrinter,
  wantsColour,
  type TokenStyle,
} from "../../../../../server/cli/terminal/tokens.ts";
import { writable } from "../../../../../server/cli/terminal/styles.ts";
import type { TokenClass } from "../../../../../server/protocol/worker.ts";
import { table } from "../../../../support/check.ts";

type Token = readonly [text: string, tokenClass: TokenClass];

/** What is written for some tokens. */
function written(tokens: readonly Token[], style: TokenStyle): string {
  let text = "";
  const printer = new TokenPrinter((part) => (text += part), style);
  for (const [piece, tokenClass] of tokens) printer.token(piece, tokenClass);
  printer.end();
  return writable(text);
}

interface Case {
  readonly name: string;
  readonly tokens: readonly Token[];
  readonly style?: TokenStyle;
  readonly expect: string;
}

const cases: Case[] = [
  { name: "nothing", tokens: [], expect: "" },
  {
    name: "marks that turn text round are shown, those that join letters are kept",
    tokens: [["a\u202eb\u2066 \u0915\u094d\u200d\u0937", "plain"]],
    expect: "a<U+202E>b<U+2066> \u0915\u094d\u200d\u0937\n",
  },
  {
    name: "plain tokens are unmarked",
    tokens: [
      ["The", "plain"],
      [" cat", "plain"],
    ],
    expect: "The cat\n",
  },
  {
    name: "a run of accepted tokens shares its marks",
    tokens: [
      ["a", "accepted"],
      ["b", "accepted"],
      ["c", "bonus"],
    ],
    expect: "‹ab›+c\n",
  },
  {
    name: "relaxed tokens differ from accepted ones",
    tokens: [
      ["a", "accepted"],
      ["b", "relaxed"],
      ["c", "correction"],
    ],
    expect: "‹a›~b~^c\n",
  },
  {
    name: "a token without text leaves no mark",
    tokens: [
      ["a", "accepted"],
      ["", "relaxed"],
      ["b", "accepted"],
    ],
    expect: "‹ab›\n",
  },
  {
    name: "control characters that would drive the terminal are shown",
    tokens: [["\u001b[2J\r\u0007\u009b", "plain"]],
    expect: "␛[2J␍␇<U+009B>\n",
  },
  { name: "line breaks and tabs are kept", tokens: [["a\n\tb", "plain"]], expect: "a\n\tb\n" },
  {
    name: "colours instead of marks",
    tokens: [
      ["a", "accepted"],
      ["b", "plain"],
    ],
    style: "colour",
    expect: "\u001b[32ma\u001b[39mb\n",
  },
];
table("tokens on a terminal", cases, ({ tokens, style = "marks", expect }) => {
  assert.equal(written(tokens, style), expect);
});

const streams: { name: string; tty: boolean; env: NodeJS.ProcessEnv; expect: boolean }[] = [
  { name: "a terminal", tty: true, env: {}, expect: true },
  { name: "a pipe", tty: false, env: {}, expect: false },
  { name: "NO_COLOR", tty: true, env: { NO_COLOR: "1" }, expect: false },
  { name: "FORCE_COLOR", tty: false, env: { FORCE_COLOR: "1" }, expect: true },
  { name: "FORCE_COLOR=0", tty: true, env: { FORCE_COLOR: "0" }, expect: true },
  { name: "a dumb terminal", tty: true, env: { TERM: "dumb" }, expect: false },
];
table("colour", streams, ({ tty, env, expect }) => {
  assert.equal(wantsColour({ isTTY: tty }, env), expect);
});

table("the legend", [{ name: "names every class once, with and without colour" }], () => {
  for (const colour of [false, true])
    for (const name of ["accepted", "relaxed", "correction", "bonus", "plain"])
      assert.equal(
        legend(colour)
          .split("\n")
          .filter((line) => line.includes(name)).length >= 1,
        true,
      );
  assert.equal(legend(false).split("\n").length, 5);
});
