// Every program that is started gets its folder: by default it would be the caller's, whose files some programs load.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { repositoryFolder } from "../support/check.ts";

/** The text of a call from its name to its closing bracket; a bracket in a string would only make it longer. */
function callAt(text: string, start: number): string {
  let depth = 0;
  for (let at = text.indexOf("(", start); at < text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")" && --depth === 0) return text.slice(start, at + 1);
  }
  return text.slice(start);
}

test("every child process is started in a folder that was chosen for it", () => {
  const without: string[] = [];
  let calls = 0;
  for (const folder of ["server", "extension", "scripts"]) {
    for (const name of readdirSync(join(repositoryFolder, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.(ts|[cm]js)$/.test(name)) continue;
      const text = readFileSync(join(repositoryFolder, folder, name), "utf8");
      if (!text.includes("node:child_process")) continue;
      for (const { index } of text.matchAll(
        /(?<![.\w])(?:spawn|spawnSync|fork|exec|execFile|execFileSync)\(/g,
      )) {
        calls++;
        const call = callAt(text, index);
        // Options may be in a constant of the function that makes the call.
        const before = text.slice(Math.max(0, index - 300), index);
        if (!/\bcwd\b/.test(call) && !(call.endsWith(", options)") && /\bcwd\b/.test(before)))
          without.push(`${folder}/${name}: ${call.slice(0, 80)}`);
      }
    }
  }
  assert.deepEqual(without, []);
  assert.ok(calls >= 8, `${calls} calls found`);
});
