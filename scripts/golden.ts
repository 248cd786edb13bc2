// The entry point of `npm run golden`. See scripts/golden/run.ts.
import { runGolden } from "./golden/run.ts";

process.exitCode = runGolden(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
