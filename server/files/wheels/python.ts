// Finds a Python 3 with pip and runs it.
import { WheelError } from "./errors.ts";
import { runChild, type ChildResult } from "./child.ts";
import { findProgram, OWN_FOLDER } from "./program.ts";
import type { FetchHooks } from "./progress.ts";

const OLDEST_MINOR = 9;

/** A Python interpreter that was found. */
export interface Python {
  readonly command: string;
  /** Arguments that must come first: "-3" for the Windows launcher, and those of isolation. */
  readonly args: readonly string[];
  /** e.g. "3.11". */
  readonly version: string;
  /** Operating system and architecture, e.g. "linux-x86_64": compiled packages are specific to it. */
  readonly platform: string;
}

/**
 * -I: isolated, so that neither the current folder nor PYTHONPATH can replace a module by a file of theirs. It
 * ignores PYTHONIOENCODING as well, which -X utf8 replaces.
 */
const ISOLATED = ["-I", "-X", "utf8"];

/** -I also leaves out the user's own packages, where pip may be installed; a virtual environment has none. */
const WITH_USER_PACKAGES = `
import site, sys
if sys.prefix == sys.base_prefix:
    sys.path.append(site.getusersitepackages())
`;

const PROBE = `${WITH_USER_PACKAGES}
import sysconfig
print("laser-python", sys.version_info[0], sys.version_info[1], sysconfig.get_platform())
try:
    import pip
    print("laser-pip")
except ImportError:
    pass
`;

const PIP = `${WITH_USER_PACKAGES}
import runpy
runpy.run_module("pip", run_name="__main__", alter_sys=True)
`;

/**
 * The first Python ≥ 3.9 with pip among LASER_PYTHON (alone, if set), python3, python and "py -3".
 * @param needsPip false: one without pip will do
 * @throws WheelError noPython | noPip; the signal's AbortError
 */
export async function findPython(
  hooks: Pick<FetchHooks, "signal" | "env">,
  needsPip = true,
): Promise<Python> {
  const tried: string[] = [];
  let withoutPip: string | null = null;
  for (const [command, ...args] of candidates(hooks.env)) {
    const name = [command, ...args].join(" ");
    const program = await findProgram(command);
    if (program === null) {
      tried.push(`${name}: not found`);
      continue;
    }
    const python = { command: program, args: [...args, ...ISOLATED] };
    const { exitCode, output } = await runChild(python.command, [...python.args, "-c", PROBE], {
      ...hooks,
      cwd: OWN_FOLDER,
    });
    const found = output.map((line) => /^laser-python (\d+) (\d+) (\S+)$/.exec(line)).find((m) => m !== null);
    if (exitCode !== 0 || found === undefined) {
      tried.push(`${name}: not found`);
      continue;
    }
    const [, major = "", minor = "", platform = ""] = found;
    const version = `${major}.${minor}`;
    if (major !== "3" || Number(minor) < OLDEST_MINOR) tried.push(`${name}: version ${version}`);
    else if (!needsPip || output.includes("laser-pip")) return { ...python, version, platform };
    else withoutPip ??= name;
  }
  if (withoutPip !== null) throw new WheelError({ tag: "noPip", python: withoutPip });
  throw new WheelError({ tag: "noPython", tried });
}

function candidates(env: FetchHooks["env"]): readonly (readonly [string, ...string[]])[] {
  if (env.LASER_PYTHON) return [[env.LASER_PYTHON]];
  return [["python3"], ["python"], ["py", "-3"]];
}

/** Runs pip with the user's index and proxies, but without settings that would break a private install. */
export async function runPip(
  python: Python,
  args: readonly string[],
  hooks: FetchHooks & { readonly cwd: string },
): Promise<ChildResult> {
  const env = {
    ...hooks.env,
    PIP_USER: "0",
    PIP_REQUIRE_VIRTUALENV: "0",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_NO_INPUT: "1",
    PIP_ROOT_USER_ACTION: "ignore",
    // pip unpacks here, so that an aborted run leaves nothing elsewhere and its progress can be measured.
    TMPDIR: hooks.cwd,
    TEMP: hooks.cwd,
    TMP: hooks.cwd,
  };
  return runChild(python.command, [...python.args, "-c", PIP, ...args], {
    signal: hooks.signal,
    env,
    cwd: hooks.cwd,
  });
}
