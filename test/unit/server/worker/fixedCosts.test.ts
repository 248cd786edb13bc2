// A table of costs that is named instead of measured: read whole, or refused with its name.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { readFixedCosts } from "../../../../server/worker/cache/costCache.ts";
import { describeError } from "../../../../core/base/index.ts";
import { repositoryFolder, table, temporaryFolder } from "../../../support/check.ts";

table(
  "a table of costs that can't be used",
  [
    { name: "not there", text: null, says: /costs\.json/ },
    { name: "not JSON", text: "{", says: /costs\.json, named by LASER_COSTS, does not hold a table/ },
    { name: "without points", text: '{"points": []}', says: /does not hold a table/ },
    { name: "a cost below 0", text: pointOf({ baseMs: -1 }), says: /does not hold a table/ },
    { name: "no tokens", text: pointOf({ tokens: 0 }), says: /does not hold a table/ },
  ],
  async ({ text, says }, context) => {
    const file = path.join(temporaryFolder(context), "costs.json");
    if (text !== null) writeFileSync(file, text);
    await assert.rejects(readFixedCosts(file), (error: unknown) => says.test(describeError(error).message));
  },
);

table("a table of costs", [{ name: "that tests use" }], async () => {
  const { points } = await readFixedCosts(path.join(repositoryFolder, "test/fixtures/costs/flat.json"));
  assert.deepEqual(points[0], { tokens: 1, threads: 1, baseMs: 10, msPerContextToken: 0 });
});

function pointOf(changed: object): string {
  return JSON.stringify({ points: [{ tokens: 1, threads: 1, baseMs: 1, msPerContextToken: 0, ...changed }] });
}
