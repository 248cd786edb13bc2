// Writes an answer for a command: progress and outcome on stderr, the answer or one JSON object on
// stdout, and the trace if one was requested.
import { several } from "../../../core/base/index.ts";
import { STRATEGY_TRAITS } from "../../../core/laser/index.ts";
import type { DeviceMemory } from "../../engine/index.ts";
import type { PoolSource } from "../../pools/index.ts";
import type { GenerationSettings } from "../../../core/settings/index.ts";
import {
  inheritedText,
  routeWords,
  traceMetrics,
  type PoolRoute,
  type Trace,
} from "../../../core/trace/index.ts";
import { inPieces, loadingPool, noteUsesOf, type GenerateOptions, type Session } from "../../worker/index.ts";
import { writeFileAtomic } from "../../files/index.ts";
import type { SkipFlags } from "../pool/poolSource.ts";
import type { OverwriteFlags } from "../files/overwrite.ts";
import { wasDrawn } from "../options/settingOptions.ts";
import { answer } from "./answer.ts";
import { decimals, edlOf, keptOf, shareOf } from "./figures.ts";
import { EXIT_STOPPED } from "./interrupt.ts";
import { complain, note as noteLine, printJson, stdoutKind, writeOut } from "./output.ts";
import { isValidJson, validJsonWords } from "./validJson.ts";
import { legend, type TokenStyle } from "./tokens.ts";

/** Options of a command that writes an answer. */
export interface AnswerFlags extends OverwriteFlags, SkipFlags {
  readonly pool?: string;
  readonly trace?: string;
  readonly json?: boolean;
  /** Where the complete answer is written. */
  readonly out?: string;
}

export interface WriteOptions extends Pick<GenerateOptions, "prompt" | "settings" | "signal"> {
  readonly poolSource: PoolSource | null;
  /** What the request is about; null or omitted: not known. */
  readonly route?: PoolRoute | null;
  readonly flags: AnswerFlags;
  /** A sentence about what will run. */
  readonly note?: string | null;
}

/** @throws errors of generating; errors of writing the trace, after the answer was written */
export async function writeAnswer(
  session: Session,
  { prompt, settings, poolSource, route = null, signal, flags, note = null }: WriteOptions,
): Promise<void> {
  const pool = poolSource && (await inPieces(loadingPool(poolSource, session.engine), signal));
  // A file or a pipe gets only the text; a terminal shows the class of each token.
  const { isTerminal, colour } = stdoutKind();
  const style: TokenStyle = colour ? "colour" : isTerminal ? "marks" : "text";
  if (!flags.json)
    explain(
      flags,
      settings,
      session,
      style,
      route === null ? note : [note, routeWords(route)].filter((line) => line !== null).join("\n"),
    );
  const output = flags.json || flags.out !== undefined ? null : { write: writeOut, style };
  const tracePath = flags.trace ?? null;
  const { trace, writeError } = await answer(session, {
    prompt,
    settings,
    pool,
    ...(route && { route }),
    signal,
    output,
    tracePath,
  });
  const outPath = await keepAnswer(trace, flags.out);
  const keptPath = writeError === null ? tracePath : null;
  if (flags.json)
    printJson({ ...summary(trace, keptPath), ...(flags.out !== undefined && { out: outPath }) });
  else noteLine(`\n${closing(trace, keptPath)}${outPath === null ? "" : `\nanswer: ${outPath}`}`);
  await noteUsesOf(trace, pool, Date.now());
  if (writeError !== null) throw writeError;
  if (trace.result.finish === "stopped") process.exitCode = EXIT_STOPPED;
}

/** Writes the answer with what it continues, if it is complete; returns the path, or null if nothing was written. */
async function keepAnswer(trace: Trace, path: string | undefined): Promise<string | null> {
  if (path === undefined) return null;
  if (trace.result.finish === "stopped") {
    complain(`${path} was not written: the answer is not complete`);
    return null;
  }
  const text = inheritedText(trace.request, trace.tokens) + trace.result.text;
  await writeFileAtomic(path, text.endsWith("\n") ? text : `${text}\n`);
  return path;
}

/** Goes to stderr so that stdout has only the answer. */
function explain(
  flags: AnswerFlags,
  settings: GenerationSettings,
  { engine }: Session,
  style: TokenStyle,
  note: string | null,
): void {
  const lines = [`${engine.model.file} on ${deviceName(engine.device)}, strategy ${settings.strategy}`];
  if (engine.deviceMemory !== null) lines.push(memoryOf(engine.deviceMemory));
  if (note !== null) lines.push(note);
  if (settings.jsonSchema !== "") lines.push("held to a JSON schema");
  if (settings.grammar !== "") lines.push("held to a grammar");
  const { seed } = settings.sampling;
  if (wasDrawn(seed)) lines.push(`seed ${seed}, drawn for this run; --seed ${seed} repeats it`);
  if (STRATEGY_TRAITS[settings.strategy].usesPool && flags.pool === undefined)
    lines.push("no pool given (--pool FILE): drafts come from the prompt and the answer itself");
  if (!STRATEGY_TRAITS[settings.strategy].strict && settings.sampling.temperature > 0)
    lines.push(
      "relaxed verification at a temperature above 0: the answer is not a sample from the model's distribution",
    );
  if (STRATEGY_TRAITS[settings.strategy].drafts && style !== "text") lines.push(legend(style === "colour"));
  noteLine(`${lines.join("\n")}\n`);
}

/** E.g. "cpu, 2 threads" or "vulkan (llvmpipe), 31 of 31 layers". */
export function deviceName({
  backend,
  names,
  offloadedLayers,
  totalLayers,
  maxThreads,
}: Trace["device"]): string {
  if (backend === "cpu") return `cpu, up to ${maxThreads} threads`;
  return `${backend} (${names.join(", ")}), ${offloadedLayers} of ${totalLayers} layers`;
}

/** E.g. "device memory after loading: 3.4 of 139.8 GB in use, by all programs". */
function memoryOf({ usedBytes, totalBytes }: DeviceMemory): string {
  const [used, total] = [usedBytes, totalBytes].map((bytes) => decimals(bytes / 1e9, 1));
  return `device memory after loading: ${used} of ${total} GB in use, by all programs`;
}

function closing(trace: Trace, tracePath: string | null): string {
  const figures = traceMetrics(trace);
  const parts = [
    `${several(figures.committed, "token")} (${trace.result.finish})`,
    `${decimals(figures.tokensPerSecond, 1)} tokens/s`,
    `EDL ${edlOf(figures)}`,
    keptOf(figures.accepted + figures.relaxed, figures.drafted),
    `relaxed ${shareOf(figures.relaxed, figures.committed)} of the answer`,
  ];
  const valid = validJsonWords(trace);
  return [
    parts.join(" · "),
    ...(valid === null ? [] : [valid]),
    ...(tracePath === null ? [] : [`trace: ${tracePath}`]),
  ].join("\n");
}

/**
 * What --json prints: text and figures of this run. EDL includes draftless steps and excludes the prefill;
 * null if not measured.
 */
function summary(trace: Trace, tracePath: string | null): object {
  const figures = traceMetrics(trace);
  const validJson = isValidJson(trace);
  return {
    ...(trace.request.inheritedTokens !== undefined && {
      inheritedText: inheritedText(trace.request, trace.tokens),
      inheritedTokens: trace.request.inheritedTokens,
    }),
    text: trace.result.text,
    finish: trace.result.finish,
    ...(validJson !== null && { validJson }),
    tokens: figures.committed,
    steps: figures.steps,
    drafted: figures.drafted,
    accepted: figures.accepted,
    relaxed: figures.relaxed,
    tokensPerSecond: figures.tokensPerSecond,
    edl: figures.edl,
    strategy: trace.request.strategy,
    seed: trace.request.sampling.seed,
    model: trace.model,
    device: trace.device,
    trace: tracePath,
  };
}
