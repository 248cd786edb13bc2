// `laser run`: an answer for every row of a data set.
import type { Command } from "commander";
import { messageOf, several } from "../../../core/base/index.ts";
import { STRATEGY_TRAITS } from "../../../core/laser/index.ts";
import {
  DEFAULT_SETTINGS,
  withParameters,
  withValues,
  type GenerationSettings,
} from "../../../core/settings/index.ts";
import {
  checkOutput,
  outputPaths,
  promptMaker,
  runBatch,
  withOutput,
  type BatchResult,
  type CheckAnswer,
  type OutputPaths,
  type RouteOf,
} from "../../batch/index.ts";
import { checkConstraint, type Session } from "../../worker/index.ts";
import { beginMode, withRunOptions, type RunFlags } from "../run/runOptions.ts";
import { readInputs, type RunInputs } from "../run/runInputs.ts";
import { identityOf } from "../run/runIdentity.ts";
import { openRunLanes } from "../run/runLanes.ts";
import { openPool, savePool } from "../run/runPool.ts";
import { openRunReporter, type RunReporter } from "../run/runProgress.ts";
import { openSession } from "../run/openSession.ts";
import { finishRun } from "../run/finishRun.ts";
import { traceKeeper } from "../run/runTraces.ts";
import { engineChoices, givenSettings } from "../settingOptions.ts";
import { EXIT_STOPPED, interruptibleGradually, type GradualStop } from "../terminal/interrupt.ts";
import { note } from "../terminal/output.ts";
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
      checkConstraint(settingsOf(flags, inputs));
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

/** Options override the file's parameters, which override the defaults. */
function settingsOf(flags: RunFlags, { prompt }: RunInputs): GenerationSettings {
  return withValues(withParameters(DEFAULT_SETTINGS, prompt.file.parameters), givenSettings(flags));
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
  const { engine } = session;
  const settings = settingsOf(flags, inputs);
  const usesPool = STRATEGY_TRAITS[settings.strategy].usesPool || flags.savePool !== undefined;
  const pool = usesPool ? await openPool(inputs.poolSource, session, signals.stop) : null;
  const identity = identityOf(flags, { inputs, engine, settings, pool });
  const { contextTokens } = engineChoices(flags);
  const lanes = await openRunLanes(session, flags.parallel, contextTokens, settings, {
    progress: reporter,
    signal: signals.stop,
  });
  let result: BatchResult;
  try {
    result = await runBatch({
      paths,
      mode: beginMode(flags),
      identity,
      generator: GENERATOR,
      retryFailed: flags.retryFailed ?? false,
      source: inputs.source,
      session,
      lanes,
      pool,
      promptsOf: (now) =>
        promptMaker({
          file: inputs.prompt.file,
          name: inputs.prompt.name,
          values: inputs.values,
          history:
            flags.historyTokens === undefined
              ? null
              : { name: flags.history, maxTokens: flags.historyTokens },
          engine,
          now,
          systemInUserTurn: settings.systemInUserTurn,
        }),
      tools: {
        routeOf: byAttribute(flags.groupBy),
        settings,
        check: flags.expect === "json" ? checkJson : null,
        retries: flags.retries,
        plainEvery: flags.plainEvery,
        keepTrace: flags.traces === undefined ? null : traceKeeper(flags.traces, flags.out),
      },
      ordered: flags.ordered ?? false,
      limit: flags.limit ?? null,
      budgets: {
        maxTokens: flags.maxTokensTotal ?? null,
        maxMinutes: flags.maxMinutes ?? null,
        maxFailures: flags.maxFailures ?? null,
      },
      device: deviceName(engine.device),
      stop: signals.stop,
      drop: signals.drop,
      onProgress: (progress) => {
        reporter.rows(progress);
      },
      wallClock: () => new Date(),
    });
  } finally {
    await lanes?.group.dispose();
  }
  reporter.close();
  await finishRun(result, { flags, paths, identity, pool });
  if (flags.savePool !== undefined && pool !== null) {
    await savePool(flags.savePool, pool);
    note(`pool: ${several(pool.size, "answer")} in ${flags.savePool}`);
  }
  if (result.fault !== null) throw result.fault;
  if (result.end === "stopped") process.exitCode = EXIT_STOPPED;
}

/** The group that a row says it belongs to. */
function byAttribute(attribute: string): RouteOf {
  return ({ attributes }) => {
    const group = attributes[attribute];
    return group === undefined
      ? { group: null, reason: `no attribute "${attribute}"` }
      : { group, reason: `attribute "${attribute}"` };
  };
}

const checkJson: CheckAnswer = (text) => {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `the answer is not JSON: ${messageOf(error)}`;
  }
};
