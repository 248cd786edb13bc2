// @ts-check
// A reporter for node:test that writes one JSON line a counted result and a last line when the run has ended.
// Lines are written as results come, so that a run that is killed leaves what it had shown until then.
import { testResult } from "./events.mjs";

/**
 * node:test takes a reporter only as a default export.
 * @param {AsyncIterable<{type: string, data: import("./events.mjs").EventData}>} source
 */
export default async function* report(source) {
  for await (const { type, data } of source) {
    const result = testResult(type, data);
    if (result !== null) yield `${JSON.stringify(result)}\n`;
  }
  // A run without this line did not end properly.
  yield `${JSON.stringify({ kind: "end" })}\n`;
}
