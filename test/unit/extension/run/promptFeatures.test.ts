// Which language features of prompt files are ours.
import assert from "node:assert/strict";
import { isLaserOnly } from "../../../../extension/run/promptFeatures.ts";
import { table } from "../../../support/check.ts";

table(
  "prompt features",
  [
    { name: "alone", setting: "auto", other: false, laserOnly: false },
    { name: "beside the Prompty extension", setting: "auto", other: true, laserOnly: true },
    { name: "all of them although it is installed", setting: "all", other: true, laserOnly: false },
    { name: "only the block although it is not", setting: "laserBlock", other: false, laserOnly: true },
    { name: "no value, beside it", setting: undefined, other: true, laserOnly: true },
  ] as const,
  ({ setting, other, laserOnly }) => {
    assert.equal(isLaserOnly(setting, other), laserOnly);
  },
);
