// What the shipped JSON Schema says of its fields. That the file is up to date is checked with all that is generated.
import assert from "node:assert/strict";
import { test } from "vitest";
import { schemaJson } from "../../../../core/trace/index.ts";

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
