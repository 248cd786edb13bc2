// The program of dist/worker.mjs, which the language server forks; `laser worker` is the same with options
// and help.
//
// Options: --ipc or --stdio, and --script FILE for the scripted engine.
import "../../files/translations/index.ts";
import { parseArgs } from "node:util";
import manifest from "../../../package.json" with { type: "json" };
import { runWorker } from "./runWorker.ts";

const { values } = parseArgs({
  options: {
    ipc: { type: "boolean", default: false },
    stdio: { type: "boolean", default: false },
    script: { type: "string" },
  },
});
runWorker({
  generator: `${manifest.name} ${manifest.version}`,
  transport: values.ipc ? "ipc" : values.stdio ? "stdio" : "auto",
  scriptPath: values.script ?? null,
});
