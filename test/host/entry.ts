// What the extension host loads as its tests: runs every bundled suite beside this file with mocha and writes one line
// of JSON per test.
import { appendFileSync, readdirSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";
import { patient } from "../support/patience.ts";
import type { HostResult } from "../support/host/hostResults.ts";

const TEST_TIMEOUT_MS = patient(60_000);

/** Called by the host. LASER_HOST_RESULTS names the file of results. */
export async function run(): Promise<void> {
  const results = process.env.LASER_HOST_RESULTS;
  if (results === undefined) throw new Error("LASER_HOST_RESULTS is not set");
  const write = (result: HostResult): void => {
    appendFileSync(results, `${JSON.stringify(result)}\n`);
  };
  const mocha = new Mocha({ color: false, timeout: TEST_TIMEOUT_MS, reporter: "spec" });
  const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".test.cjs")))
    mocha.addFile(path.join(__dirname, file));
  await new Promise<void>((resolve) => {
    mocha
      .run(() => {
        resolve();
      })
      .on("pass", (ran) => {
        write({ kind: "passed", name: ran.fullTitle() });
      })
      .on("fail", (ran, error: unknown) => {
        write({ kind: "failed", name: ran.fullTitle(), reason: String(error) });
      })
      .on("pending", (ran) => {
        write({ kind: "failed", name: ran.fullTitle(), reason: "skipped" });
      });
  });
  write({ kind: "end" });
}
