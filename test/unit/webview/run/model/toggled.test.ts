// Which classes are hidden after a press in the legend: no unreached token is left without what rejected it.
import assert from "node:assert/strict";
import { withToggled, type ShownClass } from "../../../../../webview/run/model/items.ts";
import { table } from "../../../../support/check.ts";

table(
  "hidden after a press",
  [
    { name: "a marking", hidden: [], pressed: "relaxed", after: ["relaxed"] },
    { name: "a marking again", hidden: ["relaxed", "bonus"], pressed: "relaxed", after: ["bonus"] },
    {
      name: "rejected takes unreached with it",
      hidden: [],
      pressed: "rejected",
      after: ["rejected", "unreached"],
    },
    { name: "and brings it back", hidden: ["rejected", "unreached"], pressed: "rejected", after: [] },
    { name: "unreached alone", hidden: [], pressed: "unreached", after: ["unreached"] },
    {
      name: "unreached brings rejected back",
      hidden: ["rejected", "unreached"],
      pressed: "unreached",
      after: [],
    },
  ] satisfies readonly { name: string; hidden: ShownClass[]; pressed: ShownClass; after: ShownClass[] }[],
  ({ hidden, pressed, after }) => {
    assert.deepEqual([...withToggled(new Set<ShownClass>(hidden), pressed)].sort(), [...after].sort());
  },
);
