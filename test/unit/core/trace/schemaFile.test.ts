// The shipped JSON Schema is the one that the reader checks by.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "vitest";
import { format, resolveConfig } from "prettier";
import { schemaJson } from "../../../../core/trace/index.ts";

const file = fileURLToPath(new URL("../../../../core/trace/lasertrace.schema.json", import.meta.url));

test("lasertrace.schema.json is what the schema objects say", async () => {
  const options = await resolveConfig(file);
  const wanted = await format(schemaJson(), { ...options, parser: "json" });
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, wanted);
  assert.equal(
    readFileSync(file, "utf8"),
    wanted,
    "run the test with UPDATE_GOLDEN=1 after a change of the format",
  );
});

test("every field says what it is", () => {
  const silent: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    if ("properties" in node) {
      for (const [key, field] of Object.entries(node.properties as Record<string, object>)) {
        if (!("description" in field) && !("const" in field) && !("enum" in field))
          silent.push(`${path}/${key}`);
      }
    }
    for (const [key, child] of Object.entries(node)) visit(child, `${path}/${key}`);
  };
  visit(JSON.parse(schemaJson()), "");
  assert.deepEqual(silent, []);
});
