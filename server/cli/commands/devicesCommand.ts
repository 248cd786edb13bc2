// `laser devices`: the back ends of this machine, tried by a real decode, and the installing of CUDA's.
import { BACKEND_NAMES } from "../../../core/settings/index.ts";
import type { Command } from "commander";
import {
  installBackend,
  installOffers,
  installRuntime,
  packageOf,
  runtimeWheels,
  surveyDevices,
  thisMachine,
  type DeviceReport,
} from "../../engine/index.ts";
import { CliError } from "../errors.ts";
import { deviceLines, offerText, runtimeText } from "../terminal/deviceOutput.ts";
import { ask, complain, note, print, printJson } from "../terminal/output.ts";
import { stoppable } from "../terminal/stoppable.ts";

interface Flags {
  readonly json?: boolean;
  readonly again?: boolean;
  readonly install?: string;
  readonly withRuntime?: boolean;
  readonly yes?: boolean;
}

/** Adds `devices`. It throws InstallError and CliError. */
export function addDevicesCommand(program: Command): void {
  program
    .command("devices")
    .description(
      "list this machine's GPU back ends, each tested by decoding with it, and install those for CUDA",
    )
    .option("--json", "print the list as JSON")
    .option("--again", "try every back end again, for example after a driver update")
    .option("--install <name>", "fetch a back end that is not shipped: cuda, cuda-13 or cuda-12")
    .option(
      "--with-runtime",
      "with --install: fetch CUDA's runtime libraries as well, for a machine that has only the driver",
    )
    .option("--yes", "install without asking")
    .action(async (flags: Flags) => {
      if (flags.withRuntime && flags.install === undefined)
        throw new CliError({
          tag: "optionInvalid",
          option: "--with-runtime",
          value: "",
          reason: "it needs --install",
        });
      if (flags.install !== undefined && !(await install(flags.install, flags))) return;
      const report = await surveyShown(flags.again ?? false);
      if (report === null) return;
      if (flags.json) printJson(report, 2);
      else print(deviceLines(report).join("\n"));
    });
}

function surveyShown(again: boolean): Promise<DeviceReport | null> {
  return stoppable("back ends tried so far are remembered", (signal, { onProgress }) =>
    surveyDevices({
      again,
      signal,
      onTrial: (backend) => {
        onProgress({ phase: "wait", message: `trying ${BACKEND_NAMES[backend]}` });
      },
    }),
  );
}

/** False if the user declined or stopped. */
async function install(name: string, { yes = false, withRuntime = false }: Flags): Promise<boolean> {
  const machine = thisMachine();
  const wanted = packageOf(name, machine);
  const offer = (await installOffers(machine)).find(({ id }) => id === wanted.id);
  const wheels = withRuntime ? runtimeWheels(wanted.id, machine) : [];
  if (withRuntime && wheels.length === 0)
    throw new CliError({
      tag: "optionInvalid",
      option: "--with-runtime",
      value: "",
      reason: "the runtime is known for only 64-bit Linux on Intel and AMD: install NVIDIA's toolkit instead",
    });
  if (offer !== undefined) complain(offerText(offer));
  for (const wheel of wheels) complain(runtimeText(wheel));
  const what = [wanted.name, ...wheels.map((wheel) => wheel.package)].join(", ");
  if (!yes && !(await agreed(`Install ${what}`))) return false;
  if (wheels.length > 0) {
    const folder = await stoppable("nothing was kept", (signal, { onProgress }) =>
      installRuntime(wanted.id, wheels, { machine, signal, onProgress, env: process.env }),
    );
    if (folder === null) return false;
    note(`installed: ${folder}`);
  }
  const path = await stoppable("nothing was kept", (signal, { onProgress }) =>
    installBackend(wanted, { machine, signal, onProgress }),
  );
  if (path !== null) note(`installed: ${path}`);
  return path !== null;
}

async function agreed(what: string): Promise<boolean> {
  const typed = await ask(`${what}? [y/N] `);
  if (typed === null) throw new CliError({ tag: "notConfirmed", what });
  return /^y(es)?$/i.test(typed.trim());
}
