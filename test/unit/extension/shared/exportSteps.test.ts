// Where an exported file is shown: a report never as its markup.
import assert from "node:assert/strict";
import { exportSteps } from "../../../../extension/shared/exportSteps.ts";
import { table } from "../../../support/check.ts";

table(
  "is shown",
  [
    { name: "a report on this machine", format: "html", isHere: true, steps: ["browser", "fileManager"] },
    { name: "a report on another machine", format: "html", isHere: false, steps: ["explorer"] },
    { name: "a table", format: "csv", isHere: true, steps: ["editor"] },
    { name: "a table on another machine", format: "csv", isHere: false, steps: ["editor"] },
  ] as const,
  ({ format, isHere, steps }) => {
    assert.deepEqual(exportSteps(format, isHere), steps);
  },
);
