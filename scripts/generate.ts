// The entry point of `npm run generate`: writes what comes from the product's own definitions. With --check it only
// names the files that differ, and fails if there are any.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { GENERATED } from "./generate/files.ts";
import { laidOut } from "./layout.mjs";

const isCheck = process.argv.includes("--check");
for (const [file, generate] of Object.entries(GENERATED)) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const before = readFileSync(path, "utf8");
  const after = await laidOut(path, await generate(before));
  if (after === before) continue;
  if (isCheck) {
    process.exitCode = 1;
    process.stderr.write(`${file} differs from its definitions: run npm run generate\n`);
  } else {
    writeFileSync(path, after);
    process.stdout.write(`${file} written\n`);
  }
}
