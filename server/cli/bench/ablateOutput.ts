// The output of `laser ablate`: the facts of a run, its command as it can be typed again, text and JSON.
import { cpus } from "node:os";
import {
  ABLATED,
  ablationFacts,
  ablationTables,
  type AblationFacts,
  type AblationReport,
} from "../../bench/index.ts";
import { settingOf } from "../../../core/settings/index.ts";
import { ENGINE_NAMES, givenSettings } from "../options/settingOptions.ts";
import { GENERATOR } from "../version.ts";
import type { AblateFlags } from "./ablateFlags.ts";
import { terminalTable } from "./benchOutput.ts";
import { commandLine } from "./commandLine.ts";

/** The facts of a run that has just ended. */
export function ablationFactsOf(
  file: string | undefined,
  flags: AblateFlags,
  recordings: AblationFacts["recordings"],
): AblationFacts {
  const { only = ABLATED, pool, poolSizes, tests, seed, base, draft, traces = [], rules, out, model } = flags;
  const options: readonly (readonly [string, string | number | undefined])[] = [
    ["--only", only.join()],
    ["--pool", pool],
    ["--pool-sizes", poolSizes.join()],
    ["--tests", tests],
    ["--seed", seed],
    ["--base", base],
    ["--draft", draft],
    ...(traces.length === 0 && model === undefined
      ? []
      : ([
          ["--rules", rules.map(({ topK, minProbability }) => `${topK}:${minProbability}`).join()],
        ] as const)),
    ...(model === undefined
      ? []
      : ([["--model", model], ["--prompts", flags.prompts], ...engineOptions(flags)] as const)),
    ["--out", out],
  ];
  const given = options.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
  const args = [...(file === undefined ? [] : [file]), ...given];
  return {
    date: new Date().toISOString(),
    generator: GENERATOR,
    command: commandLine("laser ablate", traces.length === 0 ? args : [...args, "--traces", ...traces]),
    machine: `${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`,
    seed,
    recordings,
  };
}

/** Options of the engine that were given, as they can be typed. */
function engineOptions(flags: AblateFlags): readonly (readonly [string, string])[] {
  const given = givenSettings(flags);
  return ENGINE_NAMES.flatMap((name) => {
    const { flag } = settingOf(name);
    const value = given[name];
    if (flag === undefined || value === undefined) return [];
    return [[flag.split(" ", 1)[0]!, String(value ?? "auto")] as const];
  });
}

export function ablationObject({ facts, answers, rules, notMeasured }: AblationReport): object {
  const arms = answers?.arms.map(({ plan, ...figures }) => {
    const { ablated, name, meaning } = plan;
    return { ablated, name, meaning, ...figures };
  });
  return {
    ...facts,
    arms: arms ?? null,
    comparisons: answers?.comparisons ?? null,
    rules,
    notMeasured,
  };
}

export function ablationText(report: AblationReport): string {
  const lines = [
    ...ablationFacts(report).map(([name, value]) => `${name.padEnd(9)} ${value}`),
    `command   ${report.facts.command}`,
    "",
    ...ablationTables(report).flatMap(terminalTable),
  ];
  return `${lines.join("\n")}\n`;
}
