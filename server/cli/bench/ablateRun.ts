// The work of `laser ablate`: recorded answers replayed, recorded traces judged again, or a model run under each rule.
import { basename } from "node:path";
import {
  ABLATED,
  ablateRules,
  ablating,
  idSourceText,
  measureRules,
  readRecorded,
  RULE_NOT_MEASURED,
  treeTokensOf,
  withoutModel,
  type Ablated,
  type Ablation,
  type AblationReport,
  type IdSource,
  type NotMeasured,
  type RecordedFile,
  type RuleAblation,
  type Shape,
} from "../../bench/index.ts";
import type { Engine } from "../../engine/index.ts";
import { sha256File } from "../../files/index.ts";
import { inPieces, ROW_WIDTH, turnFor } from "../../worker/index.ts";
import { checkRequest } from "../../../core/laser/index.ts";
import { readTrace } from "../files/readTrace.ts";
import { stoppableAfter } from "../terminal/interrupt.ts";
import type { Show } from "../terminal/stoppable.ts";
import { ABLATE_CONTEXT_TOKENS, type AblateFlags } from "./ablateFlags.ts";
import { ablationFactsOf } from "./ablateOutput.ts";
import { openEngine } from "./openEngine.ts";
import { recordedAnswers } from "./recordedAnswers.ts";

/** @throws BenchError, CliError, TextFileError, and what loading or running a model throws; the signal's reason */
export async function runAblation(
  file: string | undefined,
  flags: AblateFlags,
  signal: AbortSignal,
  show: Show,
): Promise<AblationReport> {
  const only = flags.only ?? ABLATED;
  // First, so that a trace that can't be read is named before anything slow begins.
  const judged = only.includes("rule") ? await judgeTraces(flags, signal, show) : null;
  if (file === undefined)
    return {
      facts: ablationFactsOf(file, flags, null),
      answers: null,
      rules: judged,
      notMeasured: only.filter((one) => one !== "rule").map(needsAnswers),
    };
  show.onStep("reading the answers");
  const recorded = await readRecorded(file);
  const sha256 = await sha256File(file, { signal });
  const engine = flags.model === undefined ? null : await engineOf(flags, signal, show);
  try {
    const { recordings, source } = await stoppableAfter(signal, () =>
      engine === null ? withoutModel(recorded) : recordedAnswers(recorded, engine),
    );
    const answers = await inPieces(
      ablating(recordings, {
        path: file,
        only: only.filter((one) => one !== "rule"),
        poolAnswers: flags.pool ?? null,
        poolSizes: flags.poolSizes,
        testAnswers: flags.tests ?? null,
        seed: flags.seed,
        shape: flags.base,
        draftTokens: flags.draft,
        now: () => performance.now(),
        onProgress: (done, all) => {
          show.onStep("replaying the answers", done / all);
        },
      }),
      signal,
    );
    const reason =
      engine === null ? RULE_NOT_MEASURED.reason : whyNoRuns(recorded, source, engine, flags.base);
    const wanted = only.includes("rule");
    const measured =
      wanted && engine !== null && reason === null
        ? await runRules(engine, answers, flags, signal, show)
        : judged;
    const missing: readonly NotMeasured[] =
      wanted && measured === null && reason !== null ? [{ ...RULE_NOT_MEASURED, reason }] : [];
    const tokenIds = idSourceText(source);
    return {
      facts: ablationFactsOf(file, flags, { file: basename(file), sha256, tokenIds }),
      answers,
      rules: measured,
      notMeasured: [...answers.plan.notMeasured, ...missing],
    };
  } finally {
    await engine?.dispose();
  }
}

const needsAnswers = (ablated: Ablated): NotMeasured => ({
  ablated,
  name: "all arms",
  reason: "a recorded trace holds one run's drafts: give a file of recorded answers",
});

function engineOf(flags: AblateFlags, signal: AbortSignal, { onStep, say }: Show): Promise<Engine> {
  const progress = { update: onStep, done: say, close: () => undefined };
  return openEngine(flags, ABLATE_CONTEXT_TOKENS, progress, signal);
}

/** Why a model can't answer the prompts of these recordings; null if it can. */
function whyNoRuns(
  file: RecordedFile,
  source: IdSource,
  { model, target }: Engine,
  shape: Shape,
): string | null {
  if (treeTokensOf(shape) !== null && target.maxTreeLeaves <= 1)
    return `${model.file} is run by an engine that verifies only chains: give --base chain`;
  if (source.kind === "renumbered")
    return `the recorded token ids are not those of ${model.file}, so it can't read the prompts`;
  return file.kind === "texts" && file.texts.some(({ prompt }) => prompt === null)
    ? "prompts are not recorded, so a model can't answer them"
    : null;
}

/** @throws what a run throws; LaserError if prompt and answer don't fit into the context */
async function runRules(
  engine: Engine,
  { plan }: Ablation,
  flags: AblateFlags,
  signal: AbortSignal,
  show: Show,
): Promise<RuleAblation> {
  const { target, model, device } = engine;
  const prompts = plan.tests
    .slice(0, flags.prompts)
    .map(({ prompt, out }) => ({ tokens: prompt, maxTokens: out.length }));
  for (const { tokens, maxTokens } of prompts) checkRequest({ prompt: tokens, maxTokens, target });
  return measureRules(prompts, flags.rules, {
    target,
    model: model.file,
    threads: device.maxThreads,
    pool: plan.base.pool,
    treeTokens: treeTokensOf(flags.base),
    draftTokens: flags.draft,
    rowWidth: ROW_WIDTH,
    seed: flags.seed,
    signal,
    onProgress: (done, all) => {
      show.onStep("answering under each rule", done / all);
    },
  });
}

async function judgeTraces(
  { traces = [], rules, seed }: AblateFlags,
  signal: AbortSignal,
  show: Show,
): Promise<RuleAblation | null> {
  if (traces.length === 0) return null;
  const read = [];
  for (const path of traces) {
    show.onStep("reading the traces", read.length / traces.length);
    read.push({ name: basename(path), trace: await readTrace(path) });
    await turnFor(signal);
  }
  return ablateRules(read, rules, seed);
}
