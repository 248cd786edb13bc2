// Where the sliders of the settings editor stop.
import assert from "node:assert/strict";
import { table } from "../../../support/check.ts";
import { SETTINGS } from "../../../../core/settings/index.ts";
import { numberRange } from "../../../../webview/settings/settingDrafts.ts";
import { logStops, nearestStop } from "../../../../webview/settings/sliderStops.ts";

table(
  "logarithmic stops",
  [
    {
      name: "k, from 1 to 128",
      range: { minimum: 1, maximum: 128, step: 1 },
      logFrom: 1,
      expect: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 30, 40, 50, 70, 100, 128],
    },
    {
      name: "p, from 0.01",
      range: { minimum: 0, maximum: 1, step: 0.01 },
      logFrom: 0.01,
      expect: [0, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1],
    },
  ],
  ({ range, logFrom, expect }) => {
    const stops = logStops(range, logFrom);
    assert.deepEqual(stops, expect);
    stops.forEach((stop, at) => {
      assert.equal(nearestStop(stops, stop), at);
    });
  },
);

table(
  "the default is a stop, and has a mark",
  (["relaxed.topK", "relaxed.minProbability"] as const).map((name) => ({ name })),
  ({ name }) => {
    const { stops, marks } = numberRange(SETTINGS[name]);
    assert.ok(stops!.includes(SETTINGS[name].default));
    assert.deepEqual(
      marks?.map(({ value }) => value),
      [SETTINGS[name].default],
    );
  },
);
