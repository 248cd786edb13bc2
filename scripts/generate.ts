// The entry point of `npm run generate`: writes what comes from the product's own definitions. With --check it only
// names the files that differ, and fails if there are any.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { GENERATED } from "./generate/files.ts";

const isCheck = process.argv.includes("--check");
for (const [file, generate] of Object.entries(GENERATED)) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const before = readFileSync(path, "utf8");
  const after = await format(await generate(before), { ...(await resolveConfig(path)), filepath: path });
  if (after === before) continue;
  if (isCheck) {
    process.exitCode = 1;
    process.stderr.write(`${file} differs from its definitions: run npm run generate\n`);
  } else {
    writeFileSync(path, after);
    process.stdout.write(`${file} written\n`);
  }
}
