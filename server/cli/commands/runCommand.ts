// `laser run`: an answer for every row of a data set.
import type { Command } from "commander";
import { messageOf, several } from "../../../core/base/index.ts";
import { STRATEGY_TRAITS } from "../../../core/laser/index.ts";
import {
  asFullDisk,
  checkOutput,
  outputPaths,
  placeBeside,
  promptMaker,
  runBatch,
  withOutput,
  type BatchOptions,
  type BatchResult,
  type CheckAnswer,
  type OutputPaths,
} from "../../batch/index.ts";
import { UseCounts, type Session } from "../../worker/index.ts";
import { beginMode, plainEveryOf, withRunOptions, type RunFlags } from "../run/runOptions.ts";
import { readInputs, type RunInputs } from "../run/runInputs.ts";
import { identityOf } from "../run/runIdentity.ts";
import { openRunLanes } from "../run/runLanes.ts";
import { openPool, savePool } from "../run/runPool.ts";
import { openRunReporter, type RunReporter } from "../run/runProgress.ts";
import { openSession } from "../run/openSession.ts";
import { finishRun } from "../run/finishRun.ts";
import { traceKeeper } from "../run/runTraces.ts";
import { engineChoices } from "../options/settingOptions.ts";
import {
  EXIT_FAILED,
  EXIT_STOPPED,
  interruptibleGradually,
  type GradualStop,
} from "../terminal/interrupt.ts";
import { breakable } from "../terminal/breakable.ts";
import { complain, note } from "../terminal/output.ts";
import { deviceName } from "../terminal/writeAnswer.ts";
import { GENERATOR } from "../version.ts";

export function addRunCommand(program: Command): void {
  withRunOptions(program.command("run").description("write an answer for every row of a data set")).action(
    run,
  );
}

async function run(flags: RunFlags): Promise<void> {
  const mode = beginMode(flags);
  const reporter = openRunReporter(flags.progress);
  const onStop = (): void => {
    reporter.done(
      "stopping: answers in progress are finished; Ctrl-C again drops them, and --resume writes them again",
    );
  };
  try {
    await interruptibleGradually(async (signals) => {
      // Everything that can be wrong with the input is found before the model is loaded.
      const inputs = await readInputs(flags, signals.stop);
      const paths = outputPaths(flags.out);
      await withOutput(paths, async () => {
        const continues = await checkOutput(paths, mode, signals.stop);
        if (mode === "resume" && !continues) note(`there is no run at ${flags.out} yet: this begins it`);
        const session = await openSession(flags, signals.stop);
        try {
          await runWith(session, { flags, inputs, paths, reporter, signals });
        } finally {
          await session.engine.dispose();
        }
      });
    }, onStop);
  } finally {
    reporter.close();
  }
}

interface RunParts {
  readonly flags: RunFlags;
  readonly inputs: RunInputs;
  readonly paths: OutputPaths;
  readonly reporter: RunReporter;
  readonly signals: GradualStop;
}

async function runWith(session: Session, parts: RunParts): Promise<void> {
  const { flags, inputs, paths, reporter, signals } = parts;
  const { settings } = inputs;
  const usesPool = STRATEGY_TRAITS[settings.strategy].usesPool || flags.savePool !== undefined;
  const pool = usesPool
    ? await openPool(inputs.poolSource, flags.poolBudget ?? Infinity, session, signals.stop)
    : null;
  const identity = identityOf(flags, { inputs, engine: session.engine, pool });
  const { contextTokens } = engineChoices(flags);
  const lanes = await openRunLanes(session, flags.parallel, contextTokens, settings, reporter);
  const uses = new UseCounts();
  let result: BatchResult;
  try {
    result = await runBatch({
      ...askedOf(session, parts),
      identity,
      lanes,
      pool,
      onUsed: (entries) => {
        uses.count(entries);
      },
    });
  } finally {
    await lanes?.group.dispose();
    // A pool that stays as it is is frozen.
    if (pool !== null && flags.published !== "none") await uses.note(pool, Date.now());
  }
  reporter.close();
  try {
    await finishRun(result, { flags, paths, identity, pool });
    if (flags.savePool !== undefined && pool !== null) {
      await savePool(flags.savePool, pool);
      note(`pool: ${several(pool.size, "answer")} in ${flags.savePool}`);
    }
  } catch (error) {
    throw asFullDisk(error, result.tally);
  }
  setExitCode(result, flags.out);
}

/** What flags and inputs ask of the run. */
function askedOf(
  session: Session,
  { flags, inputs, paths, reporter, signals }: RunParts,
): Omit<BatchOptions, "identity" | "lanes" | "pool"> {
  const { settings } = inputs;
  return {
    paths,
    mode: beginMode(flags),
    generator: GENERATOR,
    retryFailed: flags.retryFailed ?? false,
    source: inputs.source,
    session,
    promptsOf: promptsOf(session, flags, inputs),
    tools: {
      routeOf: inputs.routing.routeOf,
      settings,
      check: inputs.expects === "json" ? checkJson : null,
      retries: flags.retries,
      plainEvery: plainEveryOf(flags),
      keepTrace: flags.traces === undefined ? null : traceKeeper(flags.traces, flags.out),
    },
    ordered: flags.ordered ?? false,
    limit: flags.limit ?? null,
    budgets: {
      maxTokens: flags.maxTokensTotal ?? null,
      maxMinutes: flags.maxMinutes ?? null,
      maxFailures: flags.maxFailures ?? null,
    },
    device: deviceName(session.engine.device),
    alsoWrites: [flags.savePool, flags.traces].flatMap((path) =>
      path === undefined ? [] : [placeBeside(flags.out, path)],
    ),
    stop: signals.stop,
    drop: signals.drop,
    onProgress: (progress) => {
      reporter.rows(progress);
    },
    wallClock: () => new Date(),
  };
}

function promptsOf(
  { engine }: Session,
  flags: RunFlags,
  { prompt, values, settings }: RunInputs,
): BatchOptions["promptsOf"] {
  const history =
    flags.historyTokens === undefined ? null : { name: flags.history, maxTokens: flags.historyTokens };
  const { systemInUserTurn } = settings;
  return (now) => {
    const { file, name } = prompt;
    const promptOf = promptMaker({ file, name, values, history, engine, now, systemInUserTurn });
    return (row) => breakable(() => promptOf(row));
  };
}

/** @throws BatchError why too many rows failed */
function setExitCode({ fault, end, tally }: BatchResult, out: string): void {
  if (fault !== null) throw fault;
  if (end === "stopped") process.exitCode = EXIT_STOPPED;
  // For a script that continues only if there is something to continue with.
  else if (tally.total.answers === 0) {
    complain(`${out} has no answer: none of the rows could be written`);
    process.exitCode = EXIT_FAILED;
  }
}

const checkJson: CheckAnswer = (text) => {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `the answer is not JSON: ${messageOf(error)}`;
  }
};
