// Which pool serves a prompt.
import assert from "node:assert/strict";
import { groupServingOf, servingOf } from "../../../../extension/pools/serving.ts";
import { table } from "../../../support/check.ts";

const [OWN, SETTING, OTHER] = ["/a/own.laserpool", "/a/setting.laserpool", "/a/other.laserpool"];
const PROMPT = {
  name: "x.prompty",
  ownPool: null,
  group: null,
  settingPool: SETTING,
  strategy: "laser",
} as const;

table(
  "pool",
  [
    {
      name: "of the prompt",
      path: OWN,
      ownPool: OWN,
      strategy: "laser",
      expected: { kind: "serves", by: "prompt" },
    },
    {
      name: "of the setting",
      path: SETTING,
      ownPool: null,
      strategy: "laser-strict",
      expected: { kind: "serves", by: "setting" },
    },
    {
      name: "of the setting, overridden",
      path: SETTING,
      ownPool: OWN,
      strategy: "laser",
      expected: { kind: "overridden" },
    },
    { name: "of neither", path: OTHER, ownPool: OWN, strategy: "laser", expected: null },
    {
      name: "with a strategy that uses none",
      path: SETTING,
      ownPool: null,
      strategy: "plain",
      expected: { kind: "unused", by: "setting", strategy: "plain" },
    },
  ] as const,
  ({ path, ownPool, strategy, expected }) => {
    assert.deepEqual(servingOf(path, { ...PROMPT, ownPool, strategy }), expected);
  },
);

table(
  "group",
  [
    { name: "of the prompt", group: "Comedy", wanted: "Comedy", expected: "own" },
    { name: "of others", group: "Drama", wanted: "Comedy", expected: "other" },
    { name: "answers of none", group: null, wanted: "Comedy", expected: "other" },
    { name: "where the prompt names none", group: "Comedy", wanted: null, expected: "alike" },
    { name: "where the pool has not the prompt's", group: "Drama", wanted: "War", expected: "alike" },
  ] as const,
  ({ group, wanted, expected }) => {
    assert.equal(groupServingOf(group, ["Comedy", "Drama", null], { ...PROMPT, group: wanted }), expected);
  },
);
