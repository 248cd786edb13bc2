// `laser worker`: the process that holds model and pools, driven by JSON messages
// (server/protocol/worker.ts).
import { Option, type Command } from "commander";
import { runWorker } from "../../worker/index.ts";
import { GENERATOR } from "../version.ts";
import { oneOf } from "../options/options.ts";

const ENGINES = ["llama", "scripted"] as const;

interface WorkerFlags {
  readonly ipc?: boolean;
  readonly stdio?: boolean;
  readonly engine: (typeof ENGINES)[number];
  readonly script?: string;
}

export function addWorkerCommand(program: Command): void {
  program
    .command("worker")
    .description("serve one client in JSON messages, one per line, over stdin and stdout")
    .addOption(new Option("--ipc", "over Node's IPC channel, the default if there is one"))
    .addOption(
      new Option("--stdio", "over stdin and stdout, the default without an IPC channel").conflicts("ipc"),
    )
    .addOption(
      new Option("--engine <name>", "llama runs models, scripted recites answers without one")
        .argParser(oneOf("--engine", ENGINES))
        .default("llama"),
    )
    .addOption(
      new Option(
        "--script <file>",
        'for the scripted engine: JSON such as {"answers": [{"text": "Hello."}]}',
      ),
    )
    .action((flags: WorkerFlags, command: Command) => {
      if ((flags.engine === "scripted") !== (flags.script !== undefined))
        command.error("error: --engine scripted and --script FILE go together");
      runWorker({
        generator: GENERATOR,
        transport: flags.ipc ? "ipc" : flags.stdio ? "stdio" : "auto",
        scriptPath: flags.script ?? null,
      });
    });
}
