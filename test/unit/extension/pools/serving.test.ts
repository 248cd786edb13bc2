// Which pool serves a prompt.
import assert from "node:assert/strict";
import { servingOf } from "../../../../extension/pools/serving.ts";
import { table } from "../../../support/check.ts";

const [OWN, SETTING, OTHER] = ["/a/own.laserpool", "/a/setting.laserpool", "/a/other.laserpool"];

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
    assert.deepEqual(
      servingOf(path, { name: "x.prompty", ownPool, settingPool: SETTING, strategy }),
      expected,
    );
  },
);
