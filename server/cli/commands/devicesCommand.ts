// `laser devices`: the back ends of this machine, tried by a real decode, and the installing of CUDA's.
import type { Command } from "commander";
import {
  BACKEND_NAMES,
  installBackend,
  installOffers,
  packageOf,
  surveyDevices,
  thisMachine,
  type DeviceReport,
} from "../../engine/index.ts";
import { CliError } from "../errors.ts";
import { deviceLines, offerText } from "../terminal/deviceOutput.ts";
import { ask, complain, note, print, printJson } from "../terminal/output.ts";
import { stoppable } from "../terminal/stoppable.ts";

interface Flags {
  readonly json?: boolean;
  readonly again?: boolean;
  readonly install?: string;
  readonly yes?: boolean;
}

/** Adds `devices`. It throws InstallError and CliError. */
export function addDevicesCommand(program: Command): void {
  program
    .command("devices")
    .description("list the GPU back ends of this machine, each tried by a real decode, and install CUDA's")
    .option("--json", "print the list as JSON")
    .option("--again", "try every back end again, after a change of driver for example")
    .option("--install <name>", "fetch a back end that is not shipped: cuda, cuda-13 or cuda-12")
    .option("--yes", "install without asking")
    .action(async (flags: Flags) => {
      if (flags.install !== undefined && !(await install(flags.install, flags.yes ?? false))) return;
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
async function install(name: string, confirmed: boolean): Promise<boolean> {
  const machine = thisMachine();
  const wanted = packageOf(name, machine);
  const offer = (await installOffers(machine)).find(({ id }) => id === wanted.id);
  if (offer !== undefined) complain(offerText(offer));
  if (!confirmed && !(await agreed(`Install ${wanted.name}`))) return false;
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
