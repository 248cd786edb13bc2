// The manifest of a RayJob that the cluster's README names: valid under KubeRay's own schema, with options that
// laser-cluster has.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Check } from "typebox/schema";
import { test } from "vitest";
import { parseAllDocuments } from "yaml";
import { table } from "../../../support/check.ts";

const text = readFileSync("server/cluster/kuberay/rayjob.yaml", "utf8");
const schema = JSON.parse(readFileSync("test/fixtures/kuberay-rayjob.schema.json", "utf8")) as object;

function valuesOf(yaml: string): readonly unknown[] {
  return parseAllDocuments(yaml).map((document) => {
    assert.deepEqual([...document.errors, ...document.warnings].map(String), []);
    return document.toJS() as unknown;
  });
}

test("the manifest is one document, valid under KubeRay's schema", () => {
  const values = valuesOf(text);
  assert.equal(values.length, 1);
  assert.equal(Check(schema, values[0]), true);
});

table(
  "a mistake in it would be found",
  [
    { name: "an unknown field", from: "backoffLimit:", to: "backOffLimit:" },
    { name: "a number as a text", from: "replicas: 8", to: 'replicas: "8"' },
    { name: "a field of another level", from: "backoffLimit: 3", to: "rayVersion: 2.40.0" },
    { name: "a number where a text belongs", from: 'num-cpus: "0"', to: "num-cpus: 0" },
    { name: "another kind", from: "kind: RayJob", to: "kind: RayJobs" },
    { name: "no containers", from: "containers:", to: "container:" },
    { name: "not a quantity", from: "memory: 16Gi }", to: "memory: 16 Gi }" },
  ],
  ({ from, to }) => {
    assert.equal(text.includes(from), true);
    assert.equal(Check(schema, valuesOf(text.replace(from, to))[0]), false);
  },
);

test("laser-cluster run has each option of its entrypoint, and gets those it requires", () => {
  const [job] = valuesOf(text) as [{ spec: { entrypoint: string } }];
  const given = [...job.spec.entrypoint.matchAll(/ (--[a-z-]+)/g)].map(([, name]) => name!);
  assert.match(job.spec.entrypoint, /^laser-cluster run --/);
  const source = readFileSync("server/cluster/laser_cluster/run_command.py", "utf8");
  const known = [...source.matchAll(/"(--[a-z-]+)"/g)].map(([, name]) => name!);
  for (const name of given) assert.equal(known.includes(name), true, name);
  for (const name of ["--prompt", "--data", "--out"]) assert.equal(given.includes(name), true, name);
});
