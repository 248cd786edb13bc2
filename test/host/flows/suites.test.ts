// Reports each test that ran inside the extension host as one test here, in a window of two folders. A host that ends
// early fails the run, which is itself tried with a suite that kills its host.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, test } from "vitest";
import { repositoryFolder, temporaryFolder } from "../../support/check.ts";
import { runInHost } from "../../support/host/runInHost.ts";

const suiteFolder = path.join(repositoryFolder, "test", "host", "suite");
const suites = readdirSync(suiteFolder)
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => path.join(suiteFolder, name));

const temporary = mkdtempSync(path.join(tmpdir(), "laser-workspace-"));
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
});
cpSync(path.join(repositoryFolder, "samples"), path.join(temporary, "samples"), { recursive: true });
mkdirSync(path.join(temporary, "tales"));
writeFileSync(path.join(temporary, "tales", "fox.prompty"), "---\nname: fox\n---\nuser:\nTell of the fox.\n");
const workspace = path.join(temporary, "both.code-workspace");
writeFileSync(workspace, JSON.stringify({ folders: [{ path: "samples" }, { path: "tales" }] }));

const ran = await runInHost({ suites, workspace });

test("the extension host runs all suites to the end", () => {
  assert.equal(ran.problem, null);
  assert.ok(ran.results.length >= suites.length, "a suite held no tests");
});

for (const result of ran.results) {
  test(`in the host: ${result.name}`, () => {
    if (result.kind === "failed") assert.fail(result.reason);
  });
}

test("a killed extension host fails the run", async (context) => {
  const folder = temporaryFolder(context);
  const suite = path.join(folder, "kills.test.ts");
  writeFileSync(
    suite,
    `import { test } from "mocha";
     test("before", () => {});
     test("kills the host", () => { process.kill(process.pid, "SIGKILL"); });`,
  );
  const { results, problem } = await runInHost({ suites: [suite], workspace });
  assert.deepEqual(
    results.map(({ name, kind }) => `${name}: ${kind}`),
    ["before: passed"],
  );
  assert.match(problem ?? "", /host/);
});
